"""The records before and after one in an order of columns, as a condition that an index can answer."""

from collections.abc import Iterable

from django.db.models import Model, Q


def beyond(record: Model, order: Iterable[tuple[str, bool]], *, is_later: bool) -> Q:
    """What comes after the record, or before it. The order is of columns, with whether each is descending."""
    found, same, bound = Q(pk__in=[]), Q(), Q()
    for column, is_descending in order:
        lookup = "lt" if is_descending is is_later else "gt"
        here = getattr(record, column)
        # No index answers an OR; the bound of the first column is what it searches by.
        bound = bound or Q(**{f"{column}__{lookup}e": here})
        found |= same & Q(**{f"{column}__{lookup}": here})
        same &= Q(**{column: here})
    return bound & found
