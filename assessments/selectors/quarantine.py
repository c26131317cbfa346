"""What is known of the safety of a document, in words. ``Evidence.state_note`` holds these codes, apart by spaces."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from assessments.models import Evidence, EvidenceState

NO_SCANNER = "no_scanner"
ACTIVE = "active:"
VIRUS = "virus:"
MOVES = {
    "script": _("runs a script"),
    "launch": _("starts a program"),
    "attachment": _("holds other files"),
    "media": _("holds media"),
    "form": _("holds an interactive form"),
    "opening": _("acts when it is opened"),
}


def active_note(active: Iterable[str]) -> list[str]:
    """The code of what moves in a document; none where nothing does."""
    words = ",".join(active)
    return [f"{ACTIVE}{words}"] if words else []


def _codes(evidence: Evidence, head: str) -> list[str]:
    return [code.removeprefix(head) for code in evidence.state_note.split() if code.startswith(head)]


def safety_of(evidence: Evidence) -> list[str]:
    """Sentences for people: what was found, what was not looked for, what to beware of."""
    said: list[str] = []
    if evidence.state == EvidenceState.WAITING:
        said.append(str(_("In quarantine until the virus scanner has looked at it.")))
    for virus in _codes(evidence, VIRUS):
        said.append(str(_("The virus scanner found “%(virus)s” in it.") % {"virus": virus}))
    if _codes(evidence, NO_SCANNER):
        said.append(str(_("No virus scanner is configured on this server.")))
    for words in _codes(evidence, ACTIVE):
        moves = ", ".join(str(MOVES[word]) for word in words.split(",") if word in MOVES)
        said.append(str(_("The file can act by itself: it %(moves)s. Its pictures are safe.") % {"moves": moves}))
    return said
