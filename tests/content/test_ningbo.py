"""The Ningbo content in the database after an import, compared with the checklist of its facts."""

import re

import pytest
import yaml

from tests.factories import ROOT, make_user
from tests.imports import row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.models import (
    Area,
    Chronicle,
    Entry,
    Goal,
    Milestone,
    Organization,
    Phase,
    PilotDesignation,
    Policy,
    Source,
    Topic,
)
from timeline.models.policies import DocumentType

FIXTURES = ROOT / "fixtures" / "ningbo"
FACTS = yaml.safe_load((ROOT / "tests" / "content" / "facts.yaml").read_text(encoding="utf-8"))
KINDS = {
    "policies": Policy,
    "pilot_designations": PilotDesignation,
    "milestones": Milestone,
    "goals": Goal,
}
FACTS_OF_ENTRIES = [(kind, fact) for kind in KINDS for fact in FACTS[kind]]
ids = [fact["id"] for _kind, fact in FACTS_OF_ENTRIES]
of_each_entry = pytest.mark.parametrize(("kind", "fact"), FACTS_OF_ENTRIES, ids=ids)

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]


@pytest.fixture(scope="module")
def content(module_records):
    """Import and publish the content once for all tests of this file, which only read it."""
    report = import_files([FIXTURES], by=make_user(username="content"), publish=True)
    assert report.problems == []
    return report


def locators(record):
    return sorted({int(citation.locator.removeprefix("¶")) for citation in record.citations.all()})


def test_the_record_holds_just_what_the_facts_list(content):
    expected = {Phase: "phases", Topic: "topics", Area: "areas", Organization: "organizations"}
    for model, name in {**expected, **{model: name for name, model in KINDS.items()}}.items():
        assert model.objects.count() == len(FACTS[name]), name
    assert [len(FACTS[name]) for name in ("phases", *KINDS, "topics")] == [3, 12, 3, 12, 17, 16]
    assert Entry.objects.published().count() == 44
    assert Chronicle.objects.count() == 1


@of_each_entry
def test_an_entry_bears_the_title_and_date_of_its_fact(content, kind, fact):
    entry = KINDS[kind].objects.get(slug=fact["id"])
    assert str(entry.date or "") == fact.get("date", "")
    if "zh" in fact:
        assert entry.title == fact["zh"]


@of_each_entry
def test_an_entry_cites_the_paragraphs_of_its_fact(content, kind, fact):
    entry = KINDS[kind].objects.get(slug=fact["id"])
    assert locators(entry) == sorted(fact["par"])
    assert {citation.source.slug for citation in entry.citations.all()} == {FACTS["source"]["id"]}


@of_each_entry
def test_the_note_of_a_fact_is_the_editors_note_in_both_languages(content, kind, fact):
    entry = KINDS[kind].objects.get(slug=fact["id"])
    assert entry.editor_note == fact.get("note", "")
    assert bool(entry.editor_note_en) == bool(entry.editor_note)


@of_each_entry
def test_a_summary_has_40_to_120_characters_and_everything_stands_in_english_too(content, kind, fact):
    entry = KINDS[kind].objects.get(slug=fact["id"])
    assert 40 <= len(entry.summary) <= 120
    assert entry.title_en
    assert entry.summary_en
    assert bool(entry.body_en) == bool(entry.body)
    for english in (entry.title_en, entry.summary_en, entry.editor_note_en):
        # A Chinese term may stand before its translation in brackets, or itself in brackets.
        rest = re.sub(r"([\u4e00-\u9fff]+ )?\([^)]*\)", "", english)
        assert not re.search(r"[\u4e00-\u9fff]", rest), english


@pytest.mark.parametrize("fact", FACTS["policies"], ids=lambda fact: fact["id"])
def test_a_policy_has_the_type_issuers_and_relations_of_its_fact(content, fact):
    policy = Policy.objects.get(slug=fact["id"])
    assert DocumentType(policy.document_type).label == fact["kind"]
    assert [issuer.title for issuer in policy.issuers.all()] == fact.get("issuers", [])
    assert str(policy.covers or "") == fact.get("covers", "")
    assert policy.provisional == fact.get("provisional", False)
    assert fact.get("level") in (None, policy.level)
    relations = {(relation.type, relation.to_policy.slug) for relation in policy.relations.all()}
    assert relations == {
        (type, slug)
        for type in ("implements", "based_on", "amends", "supersedes")
        for slug in fact.get(type, [])
    }


@pytest.mark.parametrize("fact", FACTS["pilot_designations"], ids=lambda fact: fact["id"])
def test_a_designation_names_the_batch_and_areas_of_its_fact(content, fact):
    designation = PilotDesignation.objects.get(slug=fact["id"])
    assert designation.batch == fact["batch"]
    assert designation.designee.title == fact["designee"]
    assert [area.title for area in designation.areas.all()] == fact.get("areas", [])
    assert not designation.authorities.exists()


@pytest.mark.parametrize("fact", FACTS["milestones"], ids=lambda fact: fact["id"])
def test_a_milestone_names_the_policies_and_organizations_of_its_fact(content, fact):
    milestone = Milestone.objects.get(slug=fact["id"])
    assert [policy.slug for policy in milestone.policies.all()] == fact.get("policies", [])
    assert set(fact.get("by", [])) <= {organization.title for organization in milestone.organizations.all()}
    assert milestone.occasion == fact.get("occasion", "")


@pytest.mark.parametrize("fact", FACTS["goals"], ids=lambda fact: fact["id"])
def test_a_goal_names_what_declares_it_and_when_it_is_due(content, fact):
    goal = Goal.objects.get(slug=fact["id"])
    assert (goal.declared_by.slug if goal.declared_by else None) == fact.get("declared_by")
    assert str(goal.target or "") == fact.get("target", "")
    assert goal.timeline_date == (goal.declared_by.timeline_date if goal.declared_by else None)


@pytest.mark.parametrize("fact", FACTS["phases"], ids=lambda fact: fact["id"])
def test_a_phase_has_the_title_period_and_source_of_its_fact(content, fact):
    phase = Phase.objects.get(slug=fact["id"])
    assert (phase.title, str(phase.period)) == (fact["zh"], fact["date"])
    assert phase.editor_note == fact.get("note", "")
    assert locators(phase) == fact["par"]
    assert 40 <= len(phase.summary) <= 120


@pytest.mark.parametrize("fact", FACTS["topics"], ids=lambda fact: fact["id"])
def test_a_topic_has_an_introduction_phases_and_sources(content, fact):
    topic = Topic.objects.get(slug=fact["id"])
    assert topic.title == fact["zh"]
    assert topic.description
    assert topic.description_en
    assert [phase.slug for phase in topic.phases.all()] == fact.get("phases", [])
    assert locators(topic) == fact["par"]


def test_entries_threaded_on_a_topic_rest_on_paragraphs_of_the_topic(content):
    """An entry has a topic because its cited text mentions the topic, which cites that paragraph too."""
    for fact in FACTS["topics"]:
        for entry in Entry.objects.filter(topics__slug=fact["id"]):
            assert set(locators(entry)) & set(fact["par"]), (fact["id"], entry.slug)


def test_every_paragraph_a_topic_cites_is_on_its_thread_or_speaks_only_of_a_phase(content):
    for fact in FACTS["topics"]:
        threaded = {
            number for entry in Entry.objects.filter(topics__slug=fact["id"]) for number in locators(entry)
        }
        of_phases = {number for phase in Phase.objects.all() for number in locators(phase)}
        assert set(fact["par"]) - threaded <= of_phases, fact["id"]


def test_every_date_in_the_content_is_one_of_the_facts(content):
    given = {FACTS["source"]["accessed"]} | {
        str(fact[name])
        for _kind, fact in [*FACTS_OF_ENTRIES, *(("phases", fact) for fact in FACTS["phases"])]
        for name in ("date", "covers", "target")
        if name in fact
    }
    found = set()
    for model in (Phase, *KINDS.values(), Source):
        for field in model._meta.concrete_fields:
            if type(field).__name__ == "PartialDateField":
                found |= {str(value) for value in model.objects.values_list(field.name, flat=True) if value}
    assert found == given


def test_2010_lies_before_the_first_phase_and_shared_years_belong_to_the_newer(content):
    phases = dict(Entry.objects.values_list("slug", "phase__slug"))
    assert phases["smart-city-decision"] is None
    assert phases["smart-city-launch"] is None
    assert phases["smart-port-city"] is None
    assert phases["action-plan-2015"] == "one-grid"
    assert phases["city-brain-launch"] == "city-brain"
    assert phases["public-services"] == "city-brain"
    assert phases["geo-platform-opinion"] == "foundations"


def test_the_source_is_the_article_and_nothing_else(content):
    source = Source.objects.get()
    fact = FACTS["source"]
    assert (source.slug, source.url, source.title, source.note) == (
        fact["id"],
        fact["url"],
        fact["zh"],
        fact["note"],
    )
    assert (source.publisher, source.author, source.published) == ("", "", None)
    assert (str(source.accessed), source.quoted_text) == (fact["accessed"], "edited")


def test_a_second_import_changes_nothing(content):
    before = list(Entry.objects.order_by("pk").values())
    report = import_files([FIXTURES])
    assert set(row_counts(report)) == {"unchanged"}
    assert report.changes == []
    assert list(Entry.objects.order_by("pk").values()) == before
