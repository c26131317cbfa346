"""Any edits in any order, and all of them taken back."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.tree import editing, wishes
from criteria.tree.editing import BadEdit, Operation, apply
from criteria.tree.nodes import Outline, digest
from tests.criteria.editing.test_operations import codes as codes_of
from tests.criteria.editing.test_operations import small

VALUES: Sequence[Mapping[str, str]] = (
    {"name": "Tên khác"},
    {"maximum": ""},
    {"maximum": "3,5"},
    {"maximum": "0,0001"},
    {"minimum": "-1"},
    {"minimum": "-2,25"},
    {"side": "scale"},
    {"side": "bonus"},
    {"side": "penalty"},
    {"rule": "Có: 1\nKhông: 0"},
)


def random_wish(made: Outline, dice: random.Random) -> Mapping[str, Any]:
    codes = list(made.by_code) or [""]
    code = dice.choice(codes)
    plain = [{"op": each, "code": code} for each in ("remove", "up", "down", "indent", "outdent")]
    place = dice.choice(("after", "before", "below"))
    return dice.choice(
        [
            *plain,
            {"op": "set", "code": code, "values": dice.choice(VALUES)},
            {"op": "insert", "place": place, "of": code, "nodes": [{"name": "Mới"}] * dice.randint(1, 3)},
            {"op": "insert", "place": place, "of": code, "nodes": [{"name": "Mới"}]},
            {"op": "recode", "code": code, "to": dice.choice(("I", "II", "a)", "TP1", "7", "1.1"))},
            {"op": "renumber", "code": dice.choice((code, ""))},
            {"op": "move", "code": code, "parent": dice.choice(["", *codes]), "after": dice.choice(["", *codes])},
            {"op": "head", "values": {"title": f"Bộ {dice.random()}"}},
        ]
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_fifty_random_edits_and_all_of_them_taken_back(seed: int) -> None:
    dice, made = random.Random(seed), small()
    seen = [digest(made)]
    undo: list[Sequence[Operation]] = []
    while len(undo) < 50:
        try:
            found = wishes.edit(made, [random_wish(made, dice)])
        except BadEdit:
            continue
        assert len(set(codes_of(found.outline))) == len(found.outline.nodes)
        assert editing.preorder(found.outline) == found.outline
        undo.append(found.back)
        made = found.outline
        seen.append(digest(made))

    for back in reversed(undo):
        assert digest(made) == seen.pop()
        made = apply(made, back).outline
    assert digest(made) == seen.pop() == digest(small())
