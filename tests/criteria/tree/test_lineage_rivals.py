"""Leaves that could each come from more than one leaf of the older set."""

from criteria.tree import lineage
from tests.criteria.tree.test_lineage import told, tree


def test_each_of_two_like_leaves_gets_an_origin_of_its_own() -> None:
    """The likest pair first; neither of its two is taken a second time."""
    old = tree(("1.1", "kế hoạch tuyên truyền cải cách năm", "1"), ("1.2", "kế hoạch tuyên truyền cải cách quý", "1"))
    new = tree(
        ("3.1", "kế hoạch tuyên truyền cải cách cả năm", "1"), ("3.2", "kế hoạch tuyên truyền cải cách cả quý", "1")
    )

    found = told(lineage.propose(new, old))

    assert found == [("moved", "1.1", "3.1"), ("moved", "1.2", "3.2")]
