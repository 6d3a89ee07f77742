"""Facets: values of addresses, messages about unknown ones, and the labels and counts of choices."""

import re

import pytest
from django.http import QueryDict
from django.utils import translation

from tests import factories as make
from tests.filtering import chips, found, make_small_chronicle
from tests.pages import page
from timeline.filters.entries import EntryFilter
from timeline.filters.facets import ColumnFacet, ReferenceFacet
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
        "pilotdesignation",
        "milestone_organizations",
    ]
    chosen = facet.read(["city", "ministry"])
    titles = Entry.objects.published().filter(facet.as_q(chosen)).values_list("title", flat=True)
    assert {*titles} == {"规划", "上线", "试点"}


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
