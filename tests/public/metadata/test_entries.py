"""Structured data of entries: what each kind is, and that nothing is said that no column says."""

import pytest
from django.test import Client

from tests import factories as make
from tests.structured_data import node_of, objections

pytestmark = pytest.mark.django_db


def node(address, type):
    found = node_of(Client().get(address).content.decode(), type)
    assert objections(found) == []
    return found


def test_a_policy_is_legislation_with_the_facts_of_its_columns():
    issuer = make.make_organization(title="市政府", slug="government")
    topic = make.make_topic(title="大数据", slug="data")
    make.make_policy(
        slug="plan", title="规划", title_en="Plan", summary="摘要", document_type="plan", document_number="甬政发〔2016〕9号",
        issuers=[issuer], topics=[topic], issued="2016-09-20", published_on="2016-09-26", effective_from="2016-10",
        covers="2016/2020", validity="in_force", official_url="https://gov.example/plan", published=True,
    )  # fmt: skip
    found = node("/policies/plan/", "Legislation")
    assert found["name"] == "规划"
    assert found["alternateName"] == ["Plan"]
    assert found["description"] == "摘要"
    assert found["legislationIdentifier"] == "甬政发〔2016〕9号"
    assert found["legislationType"] == "规划"
    assert found["legislationPassedBy"] == [
        {"@type": "Organization", "name": "市政府", "url": "http://testserver/organizations/government/"}
    ]
    assert found["legislationDate"] == "2016-09-20"
    assert found["datePublished"] == "2016-09-26"
    assert found["legislationDateOfApplicability"] == "2016-10"
    assert found["temporalCoverage"] == "2016/2020"
    assert found["legislationLegalForce"] == "https://schema.org/InForce"
    assert found["sameAs"] == "https://gov.example/plan"
    assert found["inLanguage"] == "zh-Hans"
    assert found["about"] == [
        {"@type": "DefinedTerm", "name": "大数据", "url": "http://testserver/topics/data/"}
    ]
    english = node("/en/policies/plan/", "Legislation")
    assert (english["name"], english["alternateName"]) == ("Plan", ["规划"])
    assert english["inLanguage"] == "zh-Hans"
    assert english["mainEntityOfPage"]["inLanguage"] == "en"


def test_a_date_that_may_be_any_of_a_policy_is_none_of_them():
    make.make_policy(slug="plan", date="2016", validity="amended", published=True)
    found = node("/policies/plan/", "Legislation")
    assert not {name for name in found if "date" in name.lower() or name == "legislationLegalForce"}


@pytest.mark.parametrize(
    ("type", "property"),
    [
        ("implements", "legislationEnsuresImplementationOf"),
        ("based_on", "isBasedOn"),
        ("amends", "legislationChanges"),
        ("supersedes", "legislationChanges"),
    ],
)
def test_a_policy_leads_to_the_public_policies_that_it_follows_or_changes(type, property):
    policy = make.make_policy(slug="plan", published=True)
    make.make_relation(policy, type, make.make_policy(slug="other", title="前文", published=True))
    make.make_relation(policy, type, make.make_policy(slug="draft", title="草稿"))
    found = node("/policies/plan/", "Legislation")
    assert found[property] == [
        {"@type": "Legislation", "name": "前文", "url": "http://testserver/policies/other/"}
    ]
    assert property not in node("/policies/other/", "Legislation")


@pytest.mark.parametrize(
    ("date", "ends"),
    [
        ("2013", ("2013", None)),
        ("2013-01", ("2013-01", None)),
        ("2013-01-28", ("2013-01-28", None)),
        ("2013/2015", ("2013", "2015")),
        ("2013/..", ("2013", None)),
    ],
)
def test_a_milestone_is_an_event_at_the_date_that_is_known(date, ends):
    make.make_chronicle(city="宁波")
    body = make.make_organization(title="市政府")
    make.make_milestone(slug="launch", date=date, organizations=[body], published=True)
    found = node("/milestones/launch/", "Event")
    assert (found["startDate"], found.get("endDate")) == ends
    assert "location" not in found
    assert [one["name"] for one in found["contributor"]] == ["市政府"]


@pytest.mark.parametrize("date", ["", "2013~", "2013-33"])
def test_a_milestone_without_an_exact_date_is_no_event(date):
    make.make_milestone(slug="launch", title="上线", date=date, published=True)
    found = node("/milestones/launch/", "Article")
    assert found["headline"] == "上线"
    assert "startDate" not in found


@pytest.mark.parametrize(("date", "type_name"), [("2014", "Event"), ("", "Article")])
def test_a_milestone_is_about_its_areas_and_topics(date, type_name):
    areas, topic = [make.make_area(title="海曙区")], make.make_topic(title="光网")
    make.make_milestone(slug="launch", date=date, areas=areas, topics=[topic], published=True)
    found = node("/milestones/launch/", type_name)
    assert [(one["@type"], one["name"]) for one in found["about"]] == [
        ("Place", "海曙区"),
        ("DefinedTerm", "光网"),
    ]


def test_an_event_is_said_to_be_nowhere():
    make.make_chronicle(city="宁波", city_en="Ningbo")
    areas = [make.make_area(slug="haishu", title="海曙区")]
    make.make_milestone(slug="launch", date="2014", areas=areas, published=True)
    make.make_milestone(slug="other", date="2014", published=True)
    assert "location" not in node("/milestones/launch/", "Event")
    assert "location" not in node("/en/milestones/other/", "Event")


@pytest.mark.parametrize(
    ("dates", "temporal"),
    [({"date": "2016"}, "2016"), ({"date": "2016", "issued": "2016-09-20"}, None), ({"date": "2016~"}, None)],
)
def test_the_own_date_of_a_policy_is_temporal_where_no_other_is_known(dates, temporal):
    make.make_policy(slug="plan", published=True, **dates)
    assert node("/policies/plan/", "Legislation").get("temporal") == temporal


def test_a_goal_and_a_designation_are_articles_of_the_chronicle():
    make.make_chronicle(title="编年", publisher="档案馆", licence_url="https://licence.example/")
    area, authority = make.make_area(title="镇海"), make.make_organization(title="部")
    make.make_designation(slug="pilot", designee=area, authorities=[authority], published=True)
    make.make_goal(slug="goal", title="建成", published=True)
    goal = node("/goals/goal/", "Article")
    assert goal["headline"] == "建成"
    assert goal["publisher"] == {"@type": "Organization", "name": "档案馆"}
    assert goal["license"] == "https://licence.example/"
    assert goal["datePublished"] == goal["mainEntityOfPage"]["datePublished"]
    pilot = node("/pilot-designations/pilot/", "Article")
    assert [(one["@type"], one["name"]) for one in pilot["about"]] == [("Place", "镇海")]
    assert [one["name"] for one in pilot["mentions"]] == ["部"]


def test_the_author_is_who_the_chronicle_names_or_the_chronicle():
    chronicle = make.make_chronicle(title="编年")
    make.make_goal(slug="goal", published=True)

    def authors():
        return [author["name"] for author in node("/goals/goal/", "Article")["author"]]

    assert authors() == ["编年"]
    chronicle.editors = "编者乙；编者丙"
    chronicle.save()
    assert authors() == ["编者乙", "编者丙"]
    chronicle.publisher = "档案馆"
    chronicle.save()
    assert authors() == ["档案馆"]
