"""The facts that examined sources do not give: of one entry, and how many entries lack each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from timeline.models import Kind
from timeline.public.expected_facts import expected_facts, missing_counts, missing_facts

pytestmark = pytest.mark.django_db


def test_a_fact_is_given_by_any_of_its_columns():
    for columns in ({"issued": "2010"}, {"date": "2010"}):
        assert "成文日期" not in missing_facts(make.make_policy(examined=True, **columns))
    assert "成文日期" in missing_facts(make.make_policy(examined=True, published_on="2010"))


def test_what_nobody_examined_lacks_nothing():
    assert missing_facts(make.make_policy()) == []


def test_the_counts_are_those_of_the_pages_and_drafts_count_nothing():
    offices = [make.make_organization(), make.make_organization()]
    entries = [
        make.make_policy(examined=True, published=True, issuers=offices, document_number="甲发〔2010〕1号"),
        make.make_policy(examined=True, published=True, issued="2010"),
        make.make_policy(published=True),
        make.make_goal(examined=True, published=True),
        make.make_milestone(examined=True, published=True, date="2010"),
        make.make_designation(examined=True, published=True, date="2010", authorities=[offices[0]]),
    ]
    make.make_policy(examined=True)
    counted = {}
    for entry in entries:
        of_kind = counted.setdefault(str(entry._meta.verbose_name_plural), {})
        for label in missing_facts(entry):
            of_kind[label] = of_kind.get(label, 0) + 1
    assert {kind: dict(facts) for kind, facts in missing_counts()} == {
        kind: facts for kind, facts in counted.items() if facts
    }
    assert dict(missing_counts()[0][1])["发文机关"] == 1


def test_the_counts_ask_once_for_each_kind():
    with CaptureQueriesContext(connection) as queries:
        missing_counts()
    assert len(queries) == len(Kind)


def test_every_expected_fact_has_columns_of_its_kind():
    for kind in Kind:
        for fact in expected_facts(kind):
            for name in fact.columns:
                assert kind.model._meta.get_field(name)
