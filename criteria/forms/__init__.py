"""Text from the authors of criteria sets turned into values: a module for each page."""
