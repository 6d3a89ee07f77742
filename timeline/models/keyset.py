"""The records before and after one in an order of columns, as a condition that an index can answer."""

from collections.abc import Sequence

from django.db.models import Model, Q


def beyond(record: Model, order: Sequence[tuple[str, bool]], *, is_later: bool) -> Q:
    """What comes after the record, or before it. The order is of columns, with whether each is descending."""
    found, bound = Q(), Q()
    # From the last column to the first, so that each is compared only twice.
    for column, is_descending in reversed(order):
        lookup = "lt" if is_descending is is_later else "gt"
        here = getattr(record, column)
        further = Q(**{f"{column}__{lookup}": here})
        found = further | Q(**{column: here}) & found if found else further
        # No index answers an OR; the bound of the first column is what it searches by.
        bound = Q(**{f"{column}__{lookup}e": here})
    return bound & found
