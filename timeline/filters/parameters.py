"""The parameters of public addresses: which there are, and the one order in which they stand."""

from collections.abc import Sequence

from django.http import QueryDict

from timeline.filters.entries import EntryFilter
from timeline.filters.facets import Facet, Pairs

# Those of a list, a feed or a download of entries.
ENTRY_PARAMETERS = (
    *(
        part
        for name, condition in EntryFilter.base_filters.items()
        for part in condition.parameters or (name,)
    ),
    "order",
)
# Parameters with several values.
_REPEATED = {name for name, condition in EntryFilter.base_filters.items() if isinstance(condition, Facet)}


def canonical_pairs(given: QueryDict, names: Sequence[str]) -> Pairs:
    """Return the parameters with these names, in this order, without empty values.

    Of a repeated parameter, each value is left once, sorted; of another one the last value, which is the one that counts.
    """
    pairs: Pairs = []
    for name in names:
        values = given.getlist(name)
        chosen = sorted(set(values)) if name in _REPEATED else values[-1:]
        pairs += [(name, value) for value in chosen if value]
    return pairs
