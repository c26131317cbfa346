"""``PARINDEX_HOSTILE=3000 pytest tests/hostile -s`` sends the whole corpus; an ordinary run a sample of every trick."""

import os

import pytest

USUAL = 150


@pytest.fixture
def hostile_count() -> int:
    return int(os.environ.get("PARINDEX_HOSTILE", USUAL))
