"""A cycle bundle: what one season consists of, as files say it. Plain Python; the format is in fixtures/README.md."""
