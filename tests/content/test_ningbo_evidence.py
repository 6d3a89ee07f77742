"""What the pages found in a search add to the Ningbo content, compared with its own checklist."""

import re
from html import unescape

import pytest
import yaml

from bench import site
from tests.factories import ROOT, make_user
from timeline.editing.revisions import reload
from timeline.exchange.importing.import_files import import_files
from timeline.models import CITATIONS, Entry, Goal, GoalAssessment, Kind, Organization, Policy, Source, Topic
from timeline.models.policies import DocumentType
from timeline.rows.tables import TABLES, table_of

*BEFORE, EVIDENCE = site.CONTENT
ARTICLE = "solution-board-2188"
FACTS = yaml.safe_load((ROOT / "tests" / "content" / "evidence_facts.yaml").read_text(encoding="utf-8"))
CHANGED, NEW, SOURCES = FACTS["changed"], FACTS["new"], FACTS["sources"]
DATES = ("date", "issued", "published_on", "effective_from", "effective_until", "covers", "target")
# Columns of entries that were there; what comes in another column is a new fact.
WORDS = {"editor_note", "editor_note_en", "examined"}
CITED = {"citations", "assessment_citations", "assessments"}
SEARCHED = {"searched_on", "search_note", "search_note_en"}
# The columns besides words and citations that change, by slug.
COLUMNS = {"pilot-batch-3": {"date", "authorities", "phase"}, "fund-measures-2012": {"body", "body_en"}}
# Entries in whose editor's note or citations a disagreement of the sources is told.
DISAGREED = {"pilot-batch-1", "optical-city-plan", "spatiotemporal-cloud-pilot"}

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]


def everything():
    """Return all records of every table that is not nested in another, by table and slug."""
    return {
        (name, record.slug): table.whole_row_of(record)
        for name, table in TABLES.items()
        if not table.within
        for record in table.model.objects.all()
    }


def whole(slug):
    entry = reload(Entry.objects.get(slug=slug))
    return table_of(type(entry)).whole_row_of(entry)


def titles(model, slugs):
    return sorted(model.objects.get(slug=slug).title for slug in slugs)


def cited(rows):
    """Return the citations as the check-list has them."""
    return {(c["source"], c["locator"], c["date"] or "", c["quotation"]) for c in rows}


def listed(citations):
    return {tuple(citation) for citation in citations}


def visited(client, path):
    response = client.get(path)
    assert response.status_code == 200
    text = response.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture(scope="module")
def imported(module_records):
    """Import and publish all. Returns the records, and the keys of citations, before the import of the last folder."""
    user = make_user(username="content")
    for folder in BEFORE:
        assert import_files([folder], by=user, publish=True).problems == []
    stored = everything(), {model: set(model.objects.values_list("pk", flat=True)) for model in CITATIONS}
    assert import_files([EVIDENCE], by=user, publish=True).problems == []
    return stored


@pytest.fixture(scope="module")
def before(imported):
    return imported[0]


@pytest.fixture(scope="module")
def citations(imported):
    """Return the citations that came."""
    return [
        citation
        for model, stored in imported[1].items()
        for citation in model.objects.exclude(pk__in=stored).select_related("source")
    ]


def test_24_entries_are_new_and_all_are_public(before):
    new = Entry.objects.exclude(slug__in={slug for _table, slug in before})
    assert set(new.values_list("slug", flat=True)) == set(NEW)
    kinds = list(new.values_list("kind", flat=True))
    assert [kinds.count(kind) for kind in (Kind.POLICY, Kind.MILESTONE)] == [9, 15]
    assert Entry.objects.published().count() == 56 + 24 == Entry.objects.count()


def test_what_is_new_beside_the_entries_is_their_sources_and_organizations(before):
    found = {key for key in everything().keys() - before.keys() if key[1] not in NEW}
    sources = {slug for table, slug in found if table == "sources"}
    organizations = {slug for table, slug in found if table == "organizations"}
    # Two of the new entries have the name of their source.
    assert {"sources"} == {
        table for table, slug in everything().keys() - before.keys() if slug in SOURCES
    } - {"milestones"}
    assert sources | {"evaluation-2014", "evaluation-2016", "smile-2024"} == set(SOURCES)
    assert titles(Organization, organizations) == sorted(FACTS["organizations"])
    assert {table for table, _slug in found} == {"sources", "organizations"}


def test_of_what_was_there_only_what_a_source_adds_changes(before):
    after = everything()
    changed = {key: {name for name in row if after[key][name] != row[name]} for key, row in before.items()}
    entries = {kind.model.PLURAL for kind in Kind}
    for (table, slug), columns in changed.items():
        if table in ("topics", "organizations", "areas"):
            assert columns <= {"description", "description_en", "citations"}, slug
        elif table in entries:
            assert columns <= WORDS | CITED | SEARCHED | COLUMNS.get(slug, set()), slug
        else:
            assert not columns, slug
    goals = {slug for (table, slug), columns in changed.items() if table == "goals" and columns}
    assert goals == set(FACTS["assessments"]) | set(FACTS["searches"])
    others = {slug for (table, slug), columns in changed.items() if table in entries - {"goals"} and columns}
    assert others == (set(CHANGED) | DISAGREED) - {"digital-twin-city"}


def test_descriptions_go_on_after_what_was_said(before):
    after, rewritten = everything(), {("topics", "one-grid-system"), ("organizations", "mohurd")}
    for key, row in before.items():
        if key[0] in ("topics", "organizations", "areas") and key not in rewritten:
            for name in ("description", "description_en"):
                assert after[key][name].startswith(row[name]), key
    grid = Topic.objects.get(slug="one-grid-system")
    assert "1.2万个网格" in grid.description
    assert grid.citations.filter(source__slug="nbsmartcity-grid").exists()
    first = whole("pilot-batch-1")["editor_note"]
    assert first.startswith(before["pilot_designations", "pilot-batch-1"]["editor_note"])


@pytest.mark.parametrize("slug", SOURCES)
def test_a_source_is_told_as_it_was_found(before, slug):
    source, fact = Source.objects.get(slug=slug), FACTS["sources"][slug]
    assert (str(source.published or ""), source.url) == (fact["published"], fact["url"])
    for name in ("publisher", "author", "number"):
        assert getattr(source, name) == fact.get(name, ""), name
    assert source.type == fact.get("type", "page")
    assert source.linked is fact.get("linked", True)
    assert source.quoted_text == ("converted" if fact.get("converted") else "")
    if "title" in fact:
        assert source.title == fact["title"]
    else:  # brackets mark a title by the editors
        assert re.fullmatch(r"〔.+〕", source.title)
        assert "〔〕内" in source.note
    assert str(source.accessed) == "2026-11-29"
    assert source.title_en
    assert source.consulted
    assert source.consulted_en
    assert bool(source.note) == bool(source.note_en)
    assert source.linked or "不设链接" in source.note


@pytest.mark.parametrize("slug", CHANGED)
def test_a_changed_entry_has_what_its_fact_adds(before, slug):
    fact, row = CHANGED[slug], whole(slug)
    there = {(source, date, words) for source, _place, date, words in cited(row["citations"])}
    for source, _place, date, words in fact["citations"]:
        # IBM's day and IBM's base stand with the place that the folder before has.
        of_words = {one for one in there if (one[0], one[2]) == (source, words)}
        assert of_words
        assert any(one[0] == source and one[1] == date for one in there)
    if "date" in fact:
        assert row["date"] == fact["date"]
    if "authorities" in fact:
        assert titles(Organization, row["authorities"]) == sorted(fact["authorities"])


@pytest.mark.parametrize("slug", NEW)
def test_a_new_entry_has_every_column_of_its_fact_and_no_date_besides(before, slug):
    fact, row = NEW[slug], whole(slug)
    entry = Entry.objects.get(slug=slug)
    assert (entry.kind, entry.title) == (fact["kind"], fact["title"])
    assert {name: row[name] for name in DATES if row.get(name)} == {
        name: fact[name] for name in DATES if name in fact
    }
    assert listed(fact["citations"]) <= cited(row["citations"])
    assert sorted(row["topics"]) == sorted(fact.get("topics", []))
    assert row["examined"] is False
    if entry.kind == Kind.POLICY:
        assert str(DocumentType(row["document_type"]).label) == fact["type"]
        assert row["document_number"] == fact.get("document_number")
        assert titles(Organization, row["issuers"]) == sorted(fact.get("issuers", []))
        assert (row["level"], row["validity"], row["relations"]) == ("municipal", "", [])
    else:
        assert titles(Organization, row["organizations"]) == sorted(fact.get("organizations", []))
        assert row["policies"] == []


@pytest.mark.parametrize("slug", NEW)
def test_a_new_entry_is_summed_up_in_both_languages(before, slug):
    row = whole(slug)
    assert 40 <= len(row["summary"]) <= 120
    assert row["title_en"]
    assert row["summary_en"]
    assert bool(row["editor_note"]) == bool(row["editor_note_en"])
    assert whole(slug)["editor_note"] or Entry.objects.get(slug=slug).timeline_date


def test_the_chinese_has_full_width_punctuation_and_titles_without_title_marks(before):
    for (table, slug), row in everything().items():
        if (table, slug) in before and slug not in CHANGED:
            continue
        for name in ("title", "summary", "editor_note", "description", "note", "body"):
            text = re.sub(r"成文日期：2021-07-09", "", row.get(name) or "")
            # The original title of a source keeps its marks.
            if table != "sources" or name != "title":
                wrong = r"[\u4e00-\u9fff][,.;:!?()\"']|[,.;:!?()\"'][\u4e00-\u9fff]"
                assert not re.search(wrong, text), text
        assert table == "sources" or not re.search("[《》]", row["title"]), row["title"]


def test_every_quotation_is_one_that_was_compared_with_its_source(citations):
    assert len(citations) > 90
    for citation in citations:
        known = FACTS["quotations"].get(citation.source.slug, [])
        assert len(citation.quotation) <= 60
        if citation.quotation:
            assert citation.quotation in known, citation
        else:  # what no words were kept of is told as a remark
            assert citation.remark, citation
            assert citation.remark_en, citation


def test_a_body_is_named_in_words_that_are_quoted_for_it(before):
    for organization in Organization.objects.all():
        names = [organization.title, *organization.aliases.split("；")]
        quoted = "".join(organization.citations.values_list("quotation", flat=True))
        assert any(name in quoted for name in names if name), organization


def test_no_citation_has_a_date_that_its_facts_do_not_give(citations):
    facts = CHANGED | NEW
    given = {
        (slug, source, date)
        for slug, fact in facts.items()
        for source, _place, date, _words in fact["citations"]
    }
    given.add(("fourteenth-outline", "nbjb-2021-07-09", "2021-07-09"))
    for citation in citations:
        if getattr(citation, "date", None):
            owner = getattr(citation, citation.OWNER_FIELD)
            assert (owner.slug, citation.source.slug, str(citation.date)) in given, citation


def test_ten_assessments_are_those_of_the_facts_and_none_says_achieved(before):
    for slug, facts in FACTS["assessments"].items():
        row = whole(slug)
        assert [[one["date"], one["delivery"], one["evidence"]] for one in row["assessments"]] == [
            fact[:3] for fact in facts
        ]
        for date, _delivery, _evidence, expected in facts:
            of_date = [c for c in row["assessment_citations"] if c["assessment_date"] == date]
            assert cited(of_date) == {(*c[:2], "", c[3]) for c in expected}
        for one in row["assessments"]:
            assert "只及" in one["note"]
            assert "This covers" in one["note_en"]
    assert GoalAssessment.objects.count() == 10
    assert not GoalAssessment.objects.filter(delivery__in=["achieved", "unverifiable"]).exists()


def test_of_eight_goals_the_words_of_a_search_without_result_are_told(before):
    for slug, words in FACTS["searches"].items():
        row = whole(slug)
        assert row["searched_on"] == "2026-11-29"
        assert row["assessments"] == []
        for word in words:
            quoted = "“" + word.replace("“", "‘").replace("”", "’") + "”"
            assert quoted in row["search_note"]
            assert quoted in row["search_note_en"]
    assert Goal.objects.exclude(searched_on=None).count() == len(FACTS["searches"]) == 8


def test_every_goal_is_assessed_or_was_searched_for(before, client):
    for goal in Goal.objects.all():
        assert goal.assessments.exists() != bool(goal.searched_on), goal
    text = visited(client, "/goals/")
    assert text.count("2026年11月29日") == 8
    assert "部分完成" in text


def test_what_no_source_dates_has_no_place_and_what_is_after_the_phases_none(before):
    undated = {slug for slug in NEW if not Entry.objects.get(slug=slug).timeline_date}
    assert undated == {
        "5g-plan-2019",
        "digital-ningbo-layout",
        "grassroots-decision",
        "grid-system",
        "public-data-measures",
        "smart-city-14th-plan",
        "smart-governance-outline",
    }
    assert {slug for slug in undated if whole(slug)["phase"]} == {"grid-system"}
    for entry in Entry.objects.exclude(phase=None):
        if not entry.timeline_date and entry.kind != Kind.GOAL:
            assert entry.citations.filter(source__slug=ARTICLE).exists(), entry
    for entry in Entry.objects.filter(sort_earliest__year__gte=2022):
        assert entry.phase is None, entry


@pytest.mark.parametrize(
    ("slug", "texts"),
    [
        ("fourteenth-outline", ["2021年2月23日", "2021年7月9日"]),
        ("information-sharing-measures", ["日期未载", "2009年12月9日"]),
        ("pilot-batch-3", ["2015年4月7日", "科学技术部"]),
        ("smart-city-launch", ["2010年9月", "2010年4月"]),
    ],
)
def test_what_the_sources_say_differently_stands_side_by_side(before, client, slug, texts):
    text = visited(client, Entry.objects.get(slug=slug).get_absolute_url())
    for one in texts:
        assert one in text
    measures = Policy.objects.get(slug="information-sharing-measures")
    # A machine translation alone dates nothing.
    assert (measures.timeline_date, measures.document_number, measures.issuers.count()) == (None, None, 0)


@pytest.mark.parametrize(
    "slug",
    [
        "geo-information-regulation",
        "haishu-wifi-2012",
        "ibm-joins-2010",
        "informatisation-50-2016",
        "investment-2011",
        "pilot-batch-1",
        "pilot-batch-2-ninghai",
        "research-2013",
        "smart-expo-2",
        "smart-ningbo-idea-2010",
        "smile-2024",
    ],
)
def test_a_date_that_was_reckoned_is_explained_in_both_languages(before, slug):
    row = whole(slug)
    assert re.search("年份|年月|得出", row["editor_note"])
    assert re.search(r"\byear\b|reckoned", row["editor_note_en"])


def test_no_publisher_or_author_is_a_description(before):
    for source in Source.objects.all():
        assert not re.search("转载|署|[（）]|企业网站", source.publisher + source.author), source


def test_mirrors_are_printed_as_text(before, client):
    for source in Source.objects.filter(slug__in=SOURCES, linked=False):
        text = unescape(client.get(source.get_absolute_url()).content.decode())
        assert source.url in text
        assert f'href="{source.url}"' not in text
