"""A box on a page, in ten-thousandths of the page's width and height: whole numbers, whatever the picture's size."""

from typing import NamedTuple

WHOLE = 10_000
FIELDS = ("box_left", "box_top", "box_right", "box_bottom")
"""The columns in which a citation keeps its box."""


class Box(NamedTuple):
    """Where a citation points to on its first page.

    >>> box = Box(1000, 2050, 9000, 4000)
    >>> box.edge, box.percent
    ('M1000 2050H9000V4000H1000Z', ('10', '20,5', '90', '40'))
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def edge(self) -> str:
        """The path of its outline in a drawing of ``WHOLE`` by ``WHOLE``: a style cannot say it, no page allows one."""
        return f"M{self.left} {self.top}H{self.right}V{self.bottom}H{self.left}Z"

    @property
    def around(self) -> str:
        """The path of everything but the box."""
        return f"M0 0H{WHOLE}V{WHOLE}H0Z{self.edge}"

    @property
    def percent(self) -> tuple[str, ...]:
        """The four edges as people write them."""
        return tuple(f"{edge // 100},{edge % 100:02d}".rstrip("0").rstrip(",") for edge in self)

    def __str__(self) -> str:
        return " ".join(str(edge) for edge in self)
