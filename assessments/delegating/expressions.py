"""What a plan gives to somebody, as it is typed: ``3 trừ 3.2.5``, ``Nội dung 1: “…” (trừ các tiêu chí 1.5, 1.6)``.

One or several nodes of the set, named by their codes (or an area by its whole name), each perhaps with a part of it
in brackets, and what is excepted behind the word ``trừ``. Whatever a plan writes behind a code to say what the
criterion is about is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from criteria.scoring.numbers import fold
from criteria.scoring.rules import gettext_noop
from criteria.tree import facets
from criteria.tree.nodes import Node, Outline

LABELS = (
    "tiêu chí thành phần",
    "tiểu tiêu chí",
    "tiêu chí",
    "nội dung",
    "lĩnh vực",
    "nhóm tiêu chí",
    "nhóm",
    "mục",
    "phần",
)
WORDS = "|".join(LABELS)
LABEL = re.compile(rf"(?:(?:các|những|toàn bộ|tất cả)\s+)*(?:(?:{WORDS})\b)(?:\s+số)?\s*:?\s*", re.IGNORECASE)
WITHIN = re.compile(rf"(?:của|tại|trong|thuộc|ở)\s+(?:(?:các\s+)?(?:{WORDS})\b)(?:\s+số)?\s*:?\s*", re.IGNORECASE)
PLACED = re.compile(rf"\s(?:thuộc|trong|tại|của)\s+(?:{WORDS})\b.*", re.IGNORECASE)
WHOLE = frozenset({"tất cả", "toàn bộ", "cả bộ tiêu chí", "tất cả các tiêu chí", "toàn bộ các tiêu chí"})
EXCEPT = re.compile(r"[(\[]?\s*\b(?:ngoại\s+trừ|trừ|không\s+(?:gồm|bao\s+gồm))\b\s*:?\s*", re.IGNORECASE)
CODE = re.compile(r"([0-9A-Za-zĐđ]+(?:[.\-][0-9A-Za-zĐđ]+)*)")
DOTTED = re.compile(r"[0-9IVXLC]+(?:\.[0-9]+)+")
SEPARATOR = re.compile(r"\s*(?:[;,]|\bvà\b)\s*", re.IGNORECASE)
UNTIL = re.compile(r"\s*(?:đến|[–—-])\s*", re.IGNORECASE)
OPENING = {"(": ")", "[": "]", "“": "”", '"': '"', "«": "»"}
PART = re.compile(r"(?:(?:phần|ý|điểm)\s+)?([a-zđ]|[0-9]{1,2})[).]?", re.IGNORECASE)
SURROUNDING = "“”\"'«»():.;, -–—"


class BadExpression(ValueError):
    """The text gives nothing that the set has. ``reason`` is a msgid with the fields of ``fields``."""

    def __init__(self, reason: str, **fields: str) -> None:
        super().__init__(reason % fields)
        self.reason, self.fields = reason, fields


@dataclass(frozen=True)
class Target:
    """A node by its code; ``part``: the label of one of its parts, or its name in words where the set lists none."""

    code: str
    part: str = ""


@dataclass(frozen=True)
class Expression:
    """What is given: the nodes with everything below them, less what is below the excepted ones."""

    targets: tuple[Target, ...]
    excepted: tuple[str, ...] = ()


def read(text: str, outline: Outline, part: str = "") -> Expression:
    """What the words give. ``part``: of the one leaf that they name, where it stands apart from them.

    Raises ``BadExpression``.
    """
    said = " ".join(text.split()).lstrip("-–—+•* ").rstrip(" .;,")
    if not said:
        raise BadExpression(gettext_noop("Nothing is named."))
    given, excepted = _halves(said)
    targets = _whole(outline) if fold(given).strip(SURROUNDING) in WHOLE else tuple(_targets(given, outline))
    if part.strip():
        targets = (_with_part(targets, part, outline),)
    expression = Expression(targets, tuple(_excepted(excepted, outline)) if excepted else ())
    _assert_sound(expression, outline)
    return expression


def parts_of(node: Node) -> tuple[facets.Facet, ...]:
    """The parts that the set lists for the leaf; none where it lists none that can be read."""
    try:
        return facets.parse(node.facets).parts if node.facets else ()
    except facets.BadFacets:
        return ()


def below(outline: Outline, code: str) -> tuple[str, ...]:
    """The leaves at or below the node, in printing order."""
    node = outline.by_code[code]
    if outline.is_leaf(node):
        return (code,)
    return tuple(leaf for child in outline.children(code) for leaf in below(outline, child.code))


def _halves(said: str) -> tuple[str, str]:
    """What is given, and what is excepted; words behind the brackets that close the exception are dropped."""
    found = EXCEPT.search(said)
    if found is None:
        return said, ""
    excepted = said[found.end() :]
    if found[0].startswith(("(", "[")):
        excepted = excepted[: _closing(excepted, 0, OPENING[found[0][0]], found[0][0])]
    if not excepted.strip(SURROUNDING):
        raise BadExpression(gettext_noop("Nothing is named behind “trừ”."))
    return said[: found.start()].rstrip(" ,;:-–—"), excepted.rstrip(" )].;,")


def _closing(text: str, start: int, sign: str, opened: str) -> int:
    """Where the bracket that is open at ``start`` closes; the end of the text where it never does."""
    level = 1
    for at in range(start, len(text)):
        level += (text[at] == opened and opened != sign) - (text[at] == sign)
        if level == 0:
            return at
    return len(text)


def _whole(outline: Outline) -> tuple[Target, ...]:
    return tuple(Target(area.code) for area in outline.children())


def _targets(said: str, outline: Outline) -> Iterator[Target]:
    """The nodes that the words name, one after the other."""
    found = False
    before: Target | None = None
    for piece, joint in _pieces(said):
        target = _target(piece, outline, is_first=not found)
        if target is None:
            continue
        if joint == "until" and before is not None:
            yield from _between(before, target, outline)
        else:
            yield target
        before, found = target, True


def _excepted(said: str, outline: Outline) -> Iterator[str]:
    for target in _targets(said, outline):
        if target.part:
            raise BadExpression(
                gettext_noop("A part cannot be excepted: give the other parts of %(code)s instead."), code=target.code
            )
        yield target.code


def _pieces(said: str) -> Iterator[tuple[str, str]]:
    """The words between separators that stand outside of quotes and brackets, with what joins them to those before."""
    start, at, joint = 0, 0, ""
    while at < len(said):
        if said[at] in OPENING:
            at = min(_closing(said, at + 1, OPENING[said[at]], said[at]) + 1, len(said))
            continue
        if found := _joint(said, start, at):
            yield said[start:at].strip(), joint
            start = at = found[0]
            joint = found[1]
            continue
        at += 1
    yield said[start:].strip(), joint


def _joint(said: str, start: int, at: int) -> tuple[int, str] | None:
    """Where the next piece begins and how it is joined, when a separator stands at ``at``."""
    if (found := SEPARATOR.match(said, at)) and at > start:
        return found.end(), "and"
    found = UNTIL.match(said, at)
    if found and CODE.fullmatch(LABEL.sub("", said[start:at]).strip().removeprefix("từ").strip()):
        after = said[found.end() :]
        return (found.end(), "until") if DOTTED.match(LABEL.sub("", after, count=1)) else None
    return None


def _target(piece: str, outline: Outline, *, is_first: bool) -> Target | None:
    """The node that the piece begins with; None where it only goes on telling what the one before is about."""
    bare = _bare(piece)
    node, rest = _coded(bare, outline)
    if node is not None and _ends(rest, node):
        return Target(node.code, _part_within(rest, node, outline))
    if (named := _by_name(bare, outline)) is not None:
        return Target(named)
    found = CODE.match(bare)
    if found and node is None and (is_first or DOTTED.fullmatch(found[1])) and _stops(bare[found.end() :]):
        raise BadExpression(gettext_noop("The set has no criterion “%(code)s”."), code=found[1])
    if is_first and node is not None:
        raise BadExpression(
            gettext_noop("“%(words)s” behind %(code)s is not understood."), words=rest.strip(), code=node.code
        )
    if is_first:
        raise BadExpression(gettext_noop("“%(text)s” names no criterion of the set."), text=piece)
    return None


def _coded(bare: str, outline: Outline) -> tuple[Node | None, str]:
    """The node whose code the words begin with, and the words behind it. Some sets letter their leaves “a)”."""
    if found := CODE.match(bare):
        for code in (f"{found[1]})", found[1]):
            # The bracket behind the last code may have been taken for the one that closes the exception.
            if code in outline.by_code and (bare.startswith(code) or bare == found[1]):
                return outline.by_code[code], bare[len(code) :]
    return None, bare


def _bare(piece: str) -> str:
    """The piece without the words that say of what kind the node is: “Các tiêu chí của nội dung 6” is “6”."""
    said = piece.removeprefix("từ ").removeprefix("Từ ")
    for words in (LABEL, WITHIN, LABEL):
        said = said[found.end() :] if (found := words.match(said)) else said
    return said


def _stops(rest: str) -> bool:
    """Whether a code ends before ``rest``, and is not the beginning of a word or a number in a sentence."""
    return rest.lstrip()[:1] in {"", ":", ".", ")", *OPENING, "–", "-"}


def _ends(rest: str, node: Node) -> bool:
    """Whether ``rest`` is what may stand behind the code of the node: its name, one of its parts, where it belongs."""
    if _stops(rest):
        return True
    words, name = fold(rest).strip(SURROUNDING), fold(node.name)
    told = rest[:1] == " " and bool(words) and (words in name or name in words)
    return told or PLACED.match(rest) is not None or bool(_label(rest, parts_of(node)))


def _part_within(rest: str, node: Node, outline: Outline) -> str:
    """The part that brackets behind the code name; other brackets belong to the name of the criterion."""
    known = parts_of(node) if outline.is_leaf(node) else ()
    if rest.strip() and (label := _label(rest, known)):
        return label
    for opened, inside in _brackets(rest):
        if label := _label(inside, known):
            return label
        if opened == "[":
            return _words(inside, node, outline)
    return ""


def _brackets(rest: str) -> Iterator[tuple[str, str]]:
    for at, sign in enumerate(rest):
        if sign in "([":
            yield sign, rest[at + 1 : _closing(rest, at + 1, OPENING[sign], sign)].strip()


def _label(said: str, known: tuple[facets.Facet, ...]) -> str:
    """The label of the part that the words name, by itself or by its name; empty where none is."""
    wanted = fold(said).strip(SURROUNDING)
    labelled = PART.fullmatch(wanted)
    for part in known:
        name = fold(part.name)
        if (labelled and labelled[1] == part.label) or wanted in {name, f"{part.label}) {name}"}:
            return part.label
    return ""


def _words(said: str, node: Node, outline: Outline) -> str:
    """The part in words. Raises ``BadExpression`` where it is none of the parts of the leaf, or the node no leaf."""
    known = parts_of(node)
    if not outline.is_leaf(node):
        raise BadExpression(
            gettext_noop("“%(code)s” is no leaf: only a leaf is given in parts."), code=node.code, part=said
        )
    if not known:
        return said.strip()
    if label := _label(said, known):
        return label
    names = "; ".join(f"{each.label}) {each.name}" for each in known)
    raise BadExpression(
        gettext_noop("“%(part)s” is no part of %(code)s. Its parts are: %(names)s."),
        part=said,
        code=node.code,
        names=names,
    )


def _with_part(targets: tuple[Target, ...], part: str, outline: Outline) -> Target:
    if len(targets) != 1:
        raise BadExpression(gettext_noop("A part can be given of one leaf at a time."), part=part)
    node = outline.by_code[targets[0].code]
    return Target(node.code, _words(part, node, outline))


def _by_name(bare: str, outline: Outline) -> str | None:
    """The area whose whole name the words are; None where that is none, or not one alone."""
    wanted = fold(bare).strip(SURROUNDING)
    found = [area.code for area in outline.children() if fold(area.name).strip(SURROUNDING) == wanted]
    return found[0] if len(found) == 1 else None


def _between(first: Target, last: Target, outline: Outline) -> Iterator[Target]:
    """The nodes behind ``first`` up to ``last``, both below the same one."""
    siblings = [each.code for each in outline.children(outline.by_code[first.code].parent)]
    if last.code not in siblings or siblings.index(last.code) <= siblings.index(first.code):
        raise BadExpression(
            gettext_noop("From %(first)s to %(last)s there is no row of criteria."), first=first.code, last=last.code
        )
    for code in siblings[siblings.index(first.code) + 1 : siblings.index(last.code) + 1]:
        yield Target(code)


def _assert_sound(expression: Expression, outline: Outline) -> None:
    given = {leaf for target in expression.targets for leaf in below(outline, target.code)}
    taken: set[str] = set()
    for code in expression.excepted:
        leaves = set(below(outline, code))
        if not leaves <= given:
            raise BadExpression(gettext_noop("“%(code)s” is excepted, but was not given."), code=code)
        taken |= leaves
    if given <= taken:
        raise BadExpression(gettext_noop("Nothing is left: everything that is given is excepted."))
