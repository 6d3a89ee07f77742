"""Each check before publication: what it finds, in which records, and what it leaves alone."""

import pytest

from tests import factories as make
from timeline.editing.checks import CHECKS, _with_labels
from timeline.models import Chronicle

pytestmark = pytest.mark.django_db

SUMMARY = (
    "宁波市政府印发方案，提出到二〇一五年建成智慧城市基础设施，以促进产业转型升级，并改善公共服务与城市治理。"
)


def cited(record, **columns):
    source = columns.pop("of", {})
    make.make_citation(record, source=make.make_source(**source), **columns)
    return record


def linking(published):
    other = make.make_policy(published=published)
    return make.make_milestone(body=f"见[方案]({other.get_absolute_url()})。")


# The name of the check, a record in which it finds something, one in which it finds nothing.
CASES = {
    "date": (lambda: make.make_milestone(), lambda: make.make_milestone(date="2013")),
    "date by another column": (
        lambda: make.make_policy(),
        lambda: make.make_policy(issued="2013-01"),
    ),
    "phase": (lambda: make.make_milestone(), lambda: make.make_milestone(phase=make.make_phase())),
    "issuer": (
        lambda: make.make_policy(),
        lambda: make.make_policy(issuers=[make.make_organization()]),
    ),
    "issuer of a designation": (
        lambda: make.make_designation(),
        lambda: make.make_designation(authorities=[make.make_organization()]),
    ),
    "summary": (lambda: make.make_goal(), lambda: make.make_goal(summary=SUMMARY)),
    "summary of a topic": (lambda: make.make_topic(), lambda: make.make_topic(description="介绍")),
    "summary_length": (
        lambda: make.make_policy(summary="太短。"),
        lambda: make.make_policy(summary=SUMMARY),
    ),
    "summary_length without one": (
        lambda: make.make_policy(summary="长" * 121),
        lambda: make.make_policy(),
    ),
    "english": (lambda: make.make_topic(), lambda: make.make_topic(title_en="Health")),
    "english of the chronicle": (
        lambda: Chronicle(title="大事记"),
        lambda: Chronicle(title="大事记", title_en="Chronicle"),
    ),
    "early_date": (
        lambda: make.make_policy(issued="1893-05"),
        lambda: make.make_policy(issued="1900"),
    ),
    "date_ahead": (
        lambda: make.make_milestone(date="2999"),
        lambda: make.make_policy(effective_from="2099", covers="2099", date="2013"),
    ),
    "date_ahead by centuries": (
        lambda: make.make_policy(effective_from="3020", date="2013"),
        lambda: make.make_policy(effective_from="2099", date="2013"),
    ),
    "date_order": (
        lambda: make.make_policy(issued="2020-01-05", effective_from="2019-01-01"),
        lambda: make.make_policy(issued="2020-01-05", effective_from="2020-01", published_on="2020"),
    ),
    "date_order of the publication": (
        lambda: make.make_policy(issued="2022-01-05", published_on="2021-01-05"),
        lambda: make.make_policy(published_on="2021-01-05", effective_from="2020"),
    ),
    "brackets": (
        lambda: make.make_policy(title="《智慧城市方案》"),
        lambda: make.make_policy(title="《关于建设的决定》实施《办法》"),
    ),
    "access": (
        lambda: cited(make.make_milestone(), of={"url": "https://example.org/1"}),
        lambda: cited(make.make_milestone(), of={"url": "https://example.org/1", "accessed": "2026-01-02"}),
    ),
    "access to a copy": (
        lambda: make.make_source(url="https://example.org/1"),
        lambda: make.make_source(url="https://example.org/1", read_in_copy=True),
    ),
    "reference": (
        lambda: make.make_source(publisher="宁波日报", published="2013-01-05"),
        lambda: make.make_source(publisher="宁波日报", published="2013-01-05", url="https://example.org/1"),
    ),
    "reference of a newspaper": (
        lambda: make.make_source(type="newspaper", publisher="宁波日报"),
        lambda: make.make_source(type="newspaper", publisher="宁波日报", published="2013-01-05"),
    ),
    "place": (
        lambda: cited(make.make_milestone(), quotation="智慧城市"),
        lambda: cited(make.make_milestone(), quotation="智慧城市", locator="¶3"),
    ),
    "link": (lambda: linking(published=False), lambda: linking(published=True)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_check_finds_what_is_missing_and_nothing_else(case):
    check = CHECKS[case.partition(" ")[0]]
    lacking, whole = (build() for build in CASES[case])
    assert isinstance(lacking, check.applies_to)
    assert check.find(lacking) is not None
    assert check.find(whole) is None


def test_every_check_has_a_case():
    assert {case.partition(" ")[0] for case in CASES} | {"twin"} == {*CHECKS}


def test_a_twin_is_found_however_its_title_is_spelled():
    first = make.make_topic(title="智慧医疗（试点）")
    assert CHECKS["twin"].find(make.make_topic(title="智慧醫療 (試點)")) == [first.slug]
    assert CHECKS["twin"].find(make.make_topic(title="智慧教育")) is None


def test_a_fair_of_another_year_is_no_twin():
    make.make_milestone(title="智慧城市博览会", date="2012-09")
    assert CHECKS["twin"].find(make.make_milestone(title="智慧城市博览会", date="2013-09")) is None
    assert CHECKS["twin"].find(make.make_milestone(title="智慧城市博览会", date="2013")) is not None


def test_a_link_to_the_former_address_of_a_public_entry_is_none_to_what_is_hidden():
    other = make.make_policy(slug="old-name", published=True)
    entry = make.make_milestone(body="见[方案](/policies/old-name/)。")
    other.slug = "new-name"
    other.save()
    assert CHECKS["link"].find(entry) is None


@pytest.mark.parametrize("name", CHECKS)
def test_every_model_of_a_check_has_the_field_that_it_leads_to(name):
    check = CHECKS[name]
    assert all(check.field_of(model) for model in check.applies_to)


@pytest.mark.parametrize("name", CHECKS)
def test_every_sentence_takes_its_values(name):
    check = CHECKS[name]
    values = ["title"] if check.shown is _with_labels else ["一", "二"]
    assert "%(" not in check.messages(check.applies_to[-1], [values])[0]


def test_no_english_is_missed_where_the_chronicle_has_no_pages_in_it():
    topic = make.make_topic()
    assert CHECKS["english"].find(topic) is not None
    make.make_chronicle(english_pages=False)
    assert CHECKS["english"].find(topic) is None
