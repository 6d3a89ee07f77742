"""Policies: the date that determines their position, and validation of their dates."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_policy
from timeline.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


POLICY_DATES = {
    "date": ("2016", "own"),
    "published_on": ("2015", "published"),
    "issued": ("2014", "issued"),
    "effective_from": ("2013", "effective"),
}


@pytest.mark.parametrize("missing", range(5))
def test_a_policy_stands_at_its_own_date_else_published_else_issued_else_effective(missing):
    given = dict(list(POLICY_DATES.items())[missing:])
    policy = fresh(make_policy(**{name: date for name, (date, _basis) in given.items()}))
    first = next(iter(given.values()), (None, ""))
    assert (policy.timeline_date and str(policy.timeline_date), policy.timeline_date_source) == first


def test_no_other_date_of_a_policy_gives_it_a_place():
    policy = fresh(make_policy(effective_until="2020", covers="2011/2015"))
    assert policy.timeline_date is None


def test_a_document_that_ceases_before_it_takes_effect_is_refused():
    policy = Policy(title="规划", document_type="plan", effective_from="2013-05", effective_until="2013-04")
    with pytest.raises(ValidationError) as refusal:
        policy.full_clean()
    assert list(refusal.value.message_dict) == ["effective_until"]


@pytest.mark.parametrize(
    ("begins", "ends"), [("2013-05", "2013"), ("2013", "2013-01-01"), ("2013", ""), ("", "2013")]
)
def test_a_document_that_may_cease_after_it_takes_effect_is_accepted(begins, ends):
    Policy(title="规划", document_type="plan", effective_from=begins, effective_until=ends).full_clean()
