"""Reads of councils. Whole tiers are read in a handful of queries and put together in Python: a queue of two thousand
pairs costs as many queries as a queue of one.

What other apps may rely on is named here; the councils' own rooms take it from the modules.
"""

from councils.selectors.finals import Final, final_points
from councils.selectors.pairs import pairs_for
from councils.selectors.seats import leaf_seats

__all__ = ["Final", "final_points", "leaf_seats", "pairs_for"]
