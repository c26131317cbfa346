"""When: windows of phases, how a plan's wording becomes an instant, days off, lateness. Plain Python.

Nothing here depends on a job having run: every question is asked of an instant.
"""

from criteria.phases.lateness import late_days, late_figures, late_hours, late_minutes
from criteria.phases.windows import (
    VIETNAM,
    WEEKDAYS,
    PhaseClosed,
    Stand,
    Window,
    days_to_practice,
    in_words,
    remaining,
)

__all__ = [
    "VIETNAM",
    "WEEKDAYS",
    "PhaseClosed",
    "Stand",
    "Window",
    "days_to_practice",
    "in_words",
    "late_days",
    "late_figures",
    "late_hours",
    "late_minutes",
    "remaining",
]
