"""Leaves that could each come from more than one leaf of the older set."""

from criteria.tree import lineage
from tests.criteria.tree.test_lineage import TEXT, told, tree


def test_each_of_two_like_leaves_gets_an_origin_of_its_own() -> None:
    """All four pairs are equally alike: each leaf is taken once, in printing order."""
    old = tree(("1.1", f"{TEXT} năm", "1"), ("1.2", f"{TEXT} quý", "1"))
    new = tree(("3.1", f"{TEXT} tháng", "1"), ("3.2", f"{TEXT} tuần", "1"))

    assert told(lineage.propose(new, old)) == [("moved", "1.1", "3.1"), ("moved", "1.2", "3.2")]
