"""The canonical parameters of an address."""

import pytest
from django.http import QueryDict

from timeline.filters.entries import query_string
from timeline.filters.parameters import ENTRY_PARAMETERS, canonical_pairs


def canonical(query):
    return query_string(canonical_pairs(QueryDict(query), (*ENTRY_PARAMETERS, "page")))


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("utm_source=mail&fbclid=1", ""),
        ("q=&kind=&from=", ""),
        ("from=2013&kind=policy&q=x", "?q=x&kind=policy&from=2013"),
        ("topic=b&topic=a&topic=b&topic=", "?topic=a&topic=b"),
        # The last value is the one that the page reads.
        ("q=first&q=last", "?q=last"),
        ("q=first&q=", ""),
        ("page=2&order=relevance&q=x", "?q=x&order=relevance&page=2"),
        # Unknown values stay: the page says that it left them out.
        ("kind=unknown&from=never", "?kind=unknown&from=never"),
    ],
)
def test_an_address_has_one_canonical_form(query, same):
    assert canonical(query) == same


def test_a_canonical_address_is_its_own_canonical_form():
    once = canonical("topic=b&utm=1&topic=a&q= x &undated=1&to=2014&from=2013&page=2013")
    assert canonical(once[1:]) == once


def test_every_condition_of_the_list_is_a_parameter():
    assert {"q", "kind", "topic", "source", "goal", "from", "to", "undated", "order"} < {*ENTRY_PARAMETERS}
