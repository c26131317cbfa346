"""Why a file was not taken, in the words of the person who has to do something about it."""

from django.utils.translation import gettext_lazy as _

from assessments.examiner.kinds import Refusal

REASONS = {
    Refusal.EMPTY: _("the file is empty."),
    Refusal.TOO_LARGE: _("the file is too large."),
    Refusal.UNKNOWN_TYPE: _("the content is none of the kinds that are taken."),
    Refusal.WRONG_NAME: _("the name does not fit the content: the extension says another kind of file."),
    Refusal.UNREADABLE: _("the file is damaged or incomplete; the council could not open it."),
    Refusal.ENCRYPTED: _("the file is locked by a password; save it without one."),
    Refusal.MACROS: _("the file holds macros; save it without them or as PDF."),
    Refusal.ENTITIES: _("the file is made so that opening it reads other files; save it anew or as PDF."),
    Refusal.TWO_KINDS: _("the file is two files in one; save it anew."),
    Refusal.MEMBER: _("the archive holds a file that would not be taken by itself."),
    Refusal.NESTED: _("the archive holds archives within archives; put the files into one."),
    Refusal.BOMB: _("the file would unpack to an unreasonable size."),
    Refusal.HEAVY: _("opening the file takes more memory or time than a document needs; save it anew, or in parts."),
    Refusal.QUOTA: _("the unit has no room left for documents; remove some or tell the administrator."),
    Refusal.NO_ROOM: _("the server has no room left for documents; tell the administrator."),
    Refusal.ALTERED: _("the file was changed on its way; upload it again."),
    Refusal.ABANDONED: _("the upload was given up."),
    Refusal.INFECTED: _("the virus scanner found a virus in it."),
}


def reason_of(refusal: str, detail: str = "") -> str:
    """The reason as a sentence, with the file inside an archive that it is about."""
    words = str(REASONS[Refusal(refusal)])
    return f"{words} ({detail})" if detail else words
