"""What the script of the tree editor says, in the reader's language. ``%(…)s`` are filled in on the page."""

from django.utils.translation import gettext as _


def editor_words() -> dict[str, str]:
    return {
        "missing": _("%(sum)s · %(rest)s missing"),
        "toomuch": _("%(sum)s · %(rest)s too much"),
        "of": _("%(sum)s of %(stated)s"),
        "saved": _("saved at %(at)s"),
        "saving": _("saving …"),
        "offline": _(
            "The server cannot be reached: %(count)s changes wait on this page and are sent again by themselves."
        ),
        "failed": _(
            "Not saved: the server failed on this request. What you typed is still in the cell. Try again in a minute."
        ),
        "expired": _("You have been signed out. Sign in in a second tab; what waits here is then sent."),
        "signin": _("Sign in"),
        "mine": _("Keep mine: %(value)s"),
        "theirs": _("Take theirs: %(value)s"),
        "others": _("Also changed: by %(who)s"),
        "removes": _("%(code)s %(name)s"),
        "removesbelow": _("%(code)s %(name)s – with %(count)s rows below it"),
        "pastes": _("%(count)s rows were copied."),
        "found": _("%(count)s rows found"),
        "fold": _("Fold areas"),
        "unfold": _("Unfold areas"),
        "findings": _("Findings: %(errors)s errors, %(warnings)s warnings"),
        "empty": _("empty"),
        "drop": _("What you typed into the panel of the row could not be saved. Drop it?"),
        "noindent": _("There is no row above on the same level to move it under."),
        "nooutdent": _("The row is on the topmost level already."),
        "sums": _("The sums of the page and of the server differ: load the page anew."),
    }
