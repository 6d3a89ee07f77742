"""Policies: the date that determines their position, and validation of their dates."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import make_chronicle, make_policy
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


def refused_number(text, **kw):
    with pytest.raises(ValidationError) as refusal:
        Policy(title="规划", document_type="plan", document_number=text, **kw).full_clean()
    return refusal.value.message_dict["document_number"]


def test_a_document_number_of_another_system_is_refused_with_what_would_be_right():
    assert refused_number("甬党14号") == [
        "“甬党14号” has no year. Write it in 〔〕 after the code: 国发〔2015〕50号."
    ]
    (message,) = refused_number("Ordinance No. 12 of 2019")
    assert "accepted where the settings of the chronicle say so" in message


def test_a_document_number_of_another_system_is_kept_where_the_chronicle_accepts_it():
    make_chronicle(other_document_numbers=True)
    policy = Policy(title="规划", document_type="plan", document_number=" Ordinance  No. 12 of 2019 ")
    policy.full_clean()
    policy.save()
    assert str(fresh(policy).document_number) == "Ordinance  No. 12 of 2019"
    assert refused_number("无") == [
        "“无” stands for no document number. Leave it empty where the document has none."
    ]


def test_only_a_document_number_of_another_system_asks_for_the_settings(django_assert_num_queries):
    policy = Policy(slug="a", title="规划", document_type="plan", document_number="国务院令第492号")
    policy.slug_is_checked = True
    with django_assert_num_queries(0):
        policy.clean()


def test_one_order_has_one_policy_however_its_number_is_written():
    make_policy(title="办法", document_number="主席令第十二号", published=True)
    policy = make_policy(document_number="中华人民共和国主席令第12号")
    policy.document_number = "主席令（第12号）"
    policy.published_at = timezone.now()
    with pytest.raises(ValidationError, match="Document number 主席令第十二号 is that of “办法”"):
        policy.clean()
