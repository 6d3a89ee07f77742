"""The short titles, other names, terms and story of the Ningbo content, with that of the other sources."""

import re

import pytest

from bench import site
from tests.files import read_all, texts_in
from timeline.models import REFERENCES, Chronicle, Entry, Kind, Organization, Phase, Policy
from timeline.values.markdown import plain_text
from timeline.values.text import split_names

ARTICLE = "solution-board-2188"

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]


@pytest.fixture(scope="module", autouse=True)
def content(module_records):
    site.publish_content()


@pytest.mark.parametrize(("model", "limit"), [(Entry, 12), (Phase, 8)])
def test_every_entry_and_phase_has_a_short_title_of_its_own_in_both_languages(model, limit):
    for column, most in (("short_title", limit), ("short_title_en", 25)):
        names = list(model.objects.values_list(column, flat=True))
        assert all(0 < len(name) <= most for name in names)
        assert len({*names}) == len(names)


def test_every_phase_says_what_the_record_dates_to_its_years():
    for phase in Phase.objects.all():
        assert 0 < len(phase.gist) <= 20
        assert 0 < len(phase.gist_en) <= 60


@pytest.mark.parametrize(
    "model", [*REFERENCES, *(kind.model for kind in Kind)], ids=lambda model: model.__name__
)
def test_each_other_name_finds_its_record_and_is_not_its_title(model):
    for record in model.objects.exclude(aliases=""):
        for name in split_names(record.aliases):
            assert record in model.objects.matching_public(name), name
            assert name not in (record.title, record.title_en)


def test_other_names_are_those_that_people_type():
    assert sum(model.objects.exclude(aliases="").count() for model in (Entry, *REFERENCES)) == 64
    for name, slug in (("工信部", "miit"), ("住建部", "mohurd"), ("MIIT", "miit")):
        assert Organization.objects.matching_public(name).get().slug == slug


def test_the_source_article_has_one_name():
    """What the other folders cite are sources too: “the source” would not say which."""
    for path in site.CONTENT[0].iterdir():
        if path.stem in ("site", "sources"):
            continue
        rows, _problems = read_all(path)
        for row in rows:
            for column, text in row.cells.items():
                if isinstance(text, str) and column != "source":
                    assert not re.search("来源(?!文章)", text), (row.cells.get("slug"), column)
                    assert not re.search(r"\b[Tt]he source\b(?! article)", text), (
                        row.cells.get("slug"),
                        column,
                    )


@pytest.mark.parametrize(
    "rejected",
    [
        r"in the forefront",
        r"\bProvisional",  # 暂行办法: interim measures
        r"Special (Smart City )?Funds",
        r"National Bureau of Surveying",
        r"Implementation Scheme",  # 实施方案: plan, 实施计划: programme
        r"as (the|their) starting point",  # 抓手: main lever
        r"renowned and leading city",
        r"Smart Expo",
        r"看作.{0,12}开端",
        r"批准机关",
        r"全文转载",
        r"(will|would|had been) (be )?the first to",  # 率先: among the first
        r"Ningbo first to start",
        r"network now covers|exceeds 78%",  # of an aim: to cover
    ],
)
def test_terms_that_were_corrected_do_not_come_back(rejected):
    for folder in site.CONTENT:
        for text in texts_in(folder):
            assert not re.search(rejected, text), text


def test_the_story_is_told_in_about_70_characters_by_links_to_public_entries():
    chronicle = Chronicle.objects.get()
    assert len(plain_text(chronicle.story)) <= 80
    addresses = [str(address) for address in chronicle.story_addresses()]
    assert addresses == [
        "/policies/smart-city-decision/",
        "/pilot-designations/pilot-batch-2/",
        "/policies/big-data-opinion/",
        "/milestones/city-brain-launch/",
    ]
    assert (chronicle.opening, chronicle.opening_en) == ("启动", "Launch")


def test_the_entries_whose_only_source_is_the_article_are_examined_and_no_other():
    for entry in Entry.objects.prefetch_related("citations__source"):
        sources = {citation.source.slug for citation in entry.citations.all()}
        assert entry.examined is (sources == {ARTICLE}), entry.slug


def test_what_the_revision_of_the_fund_measures_changed_is_told_in_both_languages():
    (relation,) = Policy.objects.get(slug="fund-measures-2014").relations.all()
    assert "创新项目补助" in relation.change
    assert "innovative projects" in relation.change_en
