"""What a unit declares for a rule, as it is stored, and the points that the rule then gives."""

from collections.abc import Mapping
from decimal import Decimal

from assessments.declaring import proposals
from assessments.declaring.proposals import Proposal
from criteria.models import Criterion


def declared(criterion: Criterion, kept: str, typed: Mapping[str, str]) -> tuple[str, Decimal | None]:
    """The figures as one text, and the points that follow from them; None while none follow.

    ``kept``: what is stored; the figures that the system fills in stay as they are there. Raises ``BadFigure`` for a
    text that cannot be the figure: forms say it to people first.
    """
    text = proposals.merged(criterion.rule, kept, typed)
    proposal = proposed(criterion, proposals.read(text))
    if proposal.wrong:
        raise proposal.wrong[0].as_error()
    return text, proposal.points


def proposed(criterion: Criterion, figures: Mapping[str, str]) -> Proposal:
    """What the criterion's rule makes of figures as typed, by name."""
    bounds = {"maximum": criterion.max_points, "minimum": criterion.min_points}
    return proposals.propose(criterion.rule, figures, **bounds)
