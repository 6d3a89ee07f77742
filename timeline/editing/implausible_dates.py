"""Dates that are probably slips of the pen: before 1900, ahead where a date says what has been, or centuries ahead."""

from django.utils import timezone

from timeline.values.partial_date import PartialDate

EARLIEST_YEAR = 1900
# The columns that say what will be, and the last year that they say it of.
DATES_AHEAD = frozenset({"target", "covers", "period", "effective_from", "effective_until"})
LATEST_YEAR = 2100


def is_early(date: PartialDate) -> bool:
    """Whether a date lies before what a chronicle of policy has."""
    return date.earliest.year < EARLIEST_YEAR


def lies_ahead(column: str, date: PartialDate) -> bool:
    """Whether a date in this column lies further ahead than it can."""
    if column in DATES_AHEAD:
        return date.earliest.year > LATEST_YEAR
    return date.earliest > timezone.localdate()
