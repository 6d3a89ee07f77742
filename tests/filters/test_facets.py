"""Facets: values of addresses, messages about unknown ones, and the labels and counts of choices."""

import re

import pytest
from django.http import QueryDict
from django.utils import translation

from tests import factories as make
from tests.filtering import chips, found, make_small_chronicle
from tests.pages import page
from tests.statuses import HIDDEN, bring_to
from timeline.filters.entries import EntryFilter
from timeline.filters.facets import CHOICES_IN_VIEW, Choice, ColumnFacet, FacetDisplay, ReferenceFacet
from timeline.models import REFERENCES, Entry, Organization, Policy, Source

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def little(module_records):
    make_small_chronicle()


def test_what_is_not_understood_is_said_and_left_out(client, little):
    text = page(client, "/en/?topic=nope&topic=cloud&from=99999&kind=x")
    assert re.findall(r'<p class="notice">(.*?)</p>', text) == [
        'Kind: <q class="typed" lang="">x</q> is none of the choices and was left out.',
        'Topic: <q class="typed" lang="">nope</q> is none of the choices and was left out.',
        '<q class="typed" lang="">99999</q> is no year and was left out; years run from 1 to 9999.',
    ]
    assert "nope" not in "".join(chips(text).values())
    assert found("topic=nope&topic=cloud") == {"规划", "建成"}
    assert len(found("topic=nope")) == 6


@pytest.mark.parametrize("status", HIDDEN)
def test_a_record_that_is_not_public_is_no_choice(client, status):
    make.make_policy(published=True)
    topic = make.make_topic(slug="hidden", title="未公开的专题", published=False)
    topic.slug = "hidden-too"
    topic.save()
    bring_to([topic], status, by=make.make_user())
    for slug in ("hidden", "hidden-too"):
        chosen = EntryFilter(QueryDict(f"topic={slug}"), Entry.objects.published())
        assert (chosen.pairs, len(chosen.remarks)) == ([], 1)
        labels = [choice.label for facet in chosen.facets for choice in facet.choices]
        assert not any("未公开的专题" in label for label in labels)
        assert "未公开的专题" not in page(client, f"/?topic={slug}")


def test_a_facet_knows_a_record_by_its_former_address(client, little):
    topic = Entry.objects.get(title="规划").topics.get(slug="cloud")
    topic.slug = "clouds"
    topic.save()
    assert found("topic=cloud") == {"规划", "建成"}
    assert "topic=clouds" in "".join(chips(page(client, "/?topic=cloud&kind=policy")).values())


def test_labels_of_choices_are_in_the_language_of_the_page(little):
    make.make_topic(slug="english", title="专", title_en="Special").entries.add(
        Entry.objects.get(title="规划").pk
    )
    with translation.override("en"):
        chosen = EntryFilter(QueryDict("topic=english"), Entry.objects.published())
        assert [removable.chip.text for removable in chosen.chips] == ["Special"]


def test_each_model_of_reference_records_has_a_facet_behind_the_kinds():
    names = ["kind", *(model._meta.model_name for model in REFERENCES if model is not Source)]
    assert list(EntryFilter.base_filters)[1 : 1 + len(names)] == names


def test_a_facet_of_reference_records_asks_each_column_that_names_them(little):
    facet = ReferenceFacet(Organization)
    assert (facet.field_name, str(facet.label)) == ("organization", "机构")
    assert [relation.rows.model._meta.model_name for relation in facet.relations()] == [
        "policy_issuers",
        "pilotdesignation_authorities",
        "milestone_organizations",
    ]
    chosen = facet.read(["city", "ministry"])
    titles = Entry.objects.published().filter(facet.as_q(chosen)).values_list("title", flat=True)
    assert {*titles} == {"规划", "上线", "试点"}


def test_the_chosen_and_the_most_used_choices_are_in_view_in_the_order_of_the_form():
    sizes = [1, 1, 1, 1, 5, 1, 0, 44]
    choices = [Choice(str(at), f"甲{at}", size, at == 6) for at, size in enumerate(sizes)]
    facet = FacetDisplay("topic", "专题", choices, is_partial=False)
    assert [choice.value for choice in facet.first] == ["0", "1", "4", "6", "7"]
    assert len(facet.first) == CHOICES_IN_VIEW
    assert [choice.value for choice in facet.others] == ["2", "3", "5"]


def test_a_column_with_choices_is_a_facet_and_counts_no_blank(little):
    class FilterWithLevels(EntryFilter):
        level = ColumnFacet(Policy, "level")

    make.make_policy(title="市级", level="municipal", published=True)
    chosen = FilterWithLevels(QueryDict("level=municipal&level=none"), Entry.objects.published())
    assert [entry.title for entry in chosen.qs] == ["市级"]
    (facet,) = [facet for facet in chosen.facets if facet.name == "level"]
    assert (facet.label, [(choice.value, choice.size) for choice in facet.choices]) == (
        "层级",
        [("municipal", 1)],
    )
    assert len(chosen.remarks) == 1
