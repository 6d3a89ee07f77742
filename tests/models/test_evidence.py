"""Citations and relations: uniqueness, differing dates, and circular relations."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from tests.factories import (
    make_citation,
    make_milestone,
    make_phase,
    make_policy,
    make_relation,
    make_source,
    make_topic,
)
from timeline.models import (
    CITATIONS,
    Citation,
    Entry,
    Phase,
    PhaseCitation,
    PolicyRelation,
    Topic,
    TopicCitation,
)
from timeline.models.evidence import SourceReference
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# Slugs, which are in another order than the dates.
SOURCES = (("a", None), ("b", "2013-08"), ("c", "2013"))


def test_the_list_of_citations_has_every_model_its_table_and_what_cites():
    models = apps.get_app_config("timeline").get_models()
    assert {*CITATIONS} == {model for model in models if issubclass(model, SourceReference)}
    assert [table_of(model).name for model in CITATIONS] == [model.PLURAL for model in CITATIONS]
    assert {Phase, Topic, Entry} <= {model.owner_model() for model in CITATIONS}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize(
    ("own", "given", "differs"),
    [
        ("2013", "2014", True),
        ("2013", "2013-01", True),
        ("2013", "2013~", True),
        ("2013", "2013", False),
        ("2013", None, False),
        (None, "2013", True),
        (None, None, False),
    ],
)
def test_a_citation_differs_where_its_source_gives_another_date(own, given, differs):
    citation = make_citation(make_milestone(date=own), date=given)
    assert fresh(citation).has_other_date is differs


def test_one_place_of_a_source_is_cited_once_by_an_entry_unless_numbered():
    citation = make_citation(make_milestone(), locator="¶1")
    again = Citation(entry=citation.entry, source=citation.source, locator="¶1")
    with pytest.raises(ValidationError):
        again.full_clean()
    for other in ({"locator": "¶2"}, {"number": 2}, {"source": make_source()}):
        for name, value in other.items():
            again = Citation(entry=citation.entry, source=citation.source, locator="¶1")
            setattr(again, name, value)
            again.full_clean()


def test_a_number_counts_from_one():
    with pytest.raises(ValidationError) as refusal:
        Citation(entry=Entry.objects.get(pk=make_milestone().pk), source=make_source(), number=0).full_clean()
    assert "number" in refusal.value.message_dict


def test_citations_of_an_entry_stand_by_weight_then_date_of_the_source_then_place():
    first, second = make_milestone(), make_milestone()
    undated, later, earlier = (make_source(slug=slug, published=date) for slug, date in SOURCES)
    made = [
        make_citation(second, source=undated, locator="¶1"),
        make_citation(first, source=undated, locator="¶1"),
        make_citation(first, source=later, locator="¶10"),
        make_citation(first, source=later, locator="¶9", number=2),
        make_citation(first, source=later, locator="¶9"),
        make_citation(first, source=earlier, locator="¶1"),
        make_citation(first, source=undated, locator="¶2", weight=1),
    ]
    of_first = [made[6], made[5], made[4], made[3], made[2], made[1]]
    assert list(Citation.objects.all()) == [*of_first, made[0]]
    assert list(Entry.objects.get(pk=first.pk).citations.all()) == of_first


def test_a_citation_is_shown_as_its_source_and_the_place_in_it():
    source = make_source(title="解读")
    assert str(make_citation(make_milestone(), source=source, locator="¶3")) == "解读 ¶3"
    assert str(make_citation(make_milestone(), source=source)) == "解读"


def test_phases_and_topics_cite_sources_too():
    source = make_source()
    phase, topic = make_phase(), make_topic()
    PhaseCitation.objects.create(phase=phase, source=source, locator="¶1")
    TopicCitation.objects.create(topic=topic, source=source, locator="¶2")
    assert phase.citations.get().locator == "¶1"
    assert topic.citations.get().locator == "¶2"
    with pytest.raises(ValidationError):
        PhaseCitation(phase=phase, source=source, locator="¶1").full_clean()
    with pytest.raises(ValidationError):
        TopicCitation(topic=topic, source=source, locator="¶2").full_clean()


def relation(from_policy, type, to_policy):
    return PolicyRelation(from_policy=from_policy, type=type, to_policy=to_policy)


@pytest.fixture
def policies():
    return [make_policy(title=title) for title in ("甲", "乙", "丙", "丁")]


@pytest.mark.parametrize("type", ["implements", "based_on", "amends", "supersedes"])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_relation_that_closes_a_circle_is_refused(policies, type, length):
    for first, second in zip(policies[: length - 1], policies[1:length], strict=True):
        make_relation(first, type, second)
    last = relation(policies[length - 1], type, policies[0])
    with pytest.raises(ValidationError) as refusal:
        last.full_clean()
    assert list(refusal.value.message_dict) == ["to_policy"]
    assert f"“{policies[0]}” already leads back to “{policies[length - 1]}”" in str(refusal.value)


def test_two_policies_may_stand_to_each_other_in_different_ways(policies):
    make_relation(policies[0], "amends", policies[1])
    relation(policies[1], "implements", policies[0]).full_clean()


def test_a_relation_may_join_what_two_others_join(policies):
    first, second, third, fourth = policies
    make_relation(first, "amends", second)
    make_relation(first, "amends", third)
    make_relation(second, "amends", fourth)
    relation(third, "amends", fourth).full_clean()
    relation(first, "amends", fourth).full_clean()


def test_a_circle_that_slipped_in_elsewhere_does_not_hold_up_the_check(policies):
    first, second, third, fourth = policies
    make_relation(first, "amends", second)
    make_relation(second, "amends", first)
    relation(third, "amends", first).full_clean()


def test_a_relation_that_is_turned_round_is_not_in_its_own_way(policies):
    turned = make_relation(policies[0], "amends", policies[1])
    turned.from_policy, turned.to_policy = policies[1], policies[0]
    turned.full_clean()


def test_a_relation_is_made_once(policies):
    make_relation(policies[0], "amends", policies[1])
    with pytest.raises(ValidationError):
        relation(policies[0], "amends", policies[1]).full_clean()


def test_a_relation_without_its_policies_is_refused_and_not_stumbled_over():
    with pytest.raises(ValidationError) as refusal:
        PolicyRelation(type="amends").full_clean()
    assert {"from_policy", "to_policy"} <= refusal.value.message_dict.keys()


@pytest.mark.parametrize(
    ("type", "label", "inverse"),
    [
        ("implements", "implements", "is implemented by"),
        ("based_on", "is based on", "is the basis of"),
        ("amends", "amends", "is amended by"),
        ("supersedes", "supersedes", "is superseded by"),
    ],
)
def test_a_relation_is_told_from_either_side(policies, type, label, inverse):
    made = make_relation(policies[0], type, policies[1])
    assert str(made) == f"甲 {label} 乙"
    assert made.inverse_label == inverse
    assert list(policies[1].inverse_relations.all()) == [made]
