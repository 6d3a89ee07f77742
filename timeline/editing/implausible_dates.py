"""Dates that are probably slips of the pen: before 1900, ahead where they say what has been, centuries ahead, out of order."""

from collections.abc import Iterator, Mapping

from django.utils import timezone

from timeline.values.partial_date import PartialDate

EARLIEST_YEAR = 1900
# The columns that say what will be, and the last year that they say it of.
DATES_AHEAD = frozenset({"target", "covers", "period", "effective_from", "effective_until"})
LATEST_YEAR = 2100
# What is usually not earlier than another: a document is published and takes effect after it was issued.
ORDERS = (("issued", "published_on"), ("issued", "effective_from"))


def is_early(date: PartialDate) -> bool:
    """Whether a date lies before what a chronicle of policy has."""
    return date.earliest.year < EARLIEST_YEAR


def lies_ahead(column: str, date: PartialDate) -> bool:
    """Whether a date in this column lies further ahead than it can."""
    if column in DATES_AHEAD:
        return date.earliest.year > LATEST_YEAR
    return date.earliest > timezone.localdate()


def out_of_order(dates: Mapping[str, PartialDate]) -> Iterator[tuple[str, str]]:
    """The columns of dates that are earlier than another that usually comes first, each with that one."""
    for first, later in ORDERS:
        if first in dates and later in dates and dates[later].latest < dates[first].earliest:
            yield later, first
