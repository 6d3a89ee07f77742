"""The content of other sources, imported over the Ningbo content, compared with its own checklist."""

import re
from html import unescape

import pytest
import yaml

from tests.factories import ROOT, make_user
from tests.imports import row_counts
from timeline.editing.revisions import reload
from timeline.exchange.importing.import_files import import_files
from timeline.models import Area, Entry, Kind, Organization, Policy, Revision, Source
from timeline.models.policies import DocumentType
from timeline.rows.tables import TABLES, table_of

FIXTURES = ROOT / "fixtures" / "ningbo"
OTHER_SOURCES = ROOT / "fixtures" / "ningbo-other-sources"
FACTS = yaml.safe_load((ROOT / "tests" / "content" / "other_facts.yaml").read_text(encoding="utf-8"))
CHANGED, NEW = FACTS["changed"], FACTS["new"]
ARTICLE = "solution-board-2188"
DATES = ("date", "issued", "published_on", "effective_from", "effective_until", "covers", "target")
# The editors' words may change with a record and are not in the checklist, nor is whether they examined its sources.
WORDS = {"editor_note", "editor_note_en", "short_title", "short_title_en", "examined"}
# Records besides entries whose words change, or that more sources are cited for.
CONTINUED = {
    "site": {"ningbo"},
    "phases": {"city-brain"},
    "topics": {"geo-platform", "special-funds", "big-data"},
    "areas": {"ningbo", "haishu", "meishan-bonded-port", "xianxiang"},
}

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]


def whole(slug):
    entry = reload(Entry.objects.get(slug=slug))
    return table_of(type(entry)).whole_row_of(entry)


def everything():
    """Return all records of every table that is not nested in another, by table and slug."""
    return {
        (name, record.slug): table.whole_row_of(record)
        for name, table in TABLES.items()
        if not table.within
        for record in table.model.objects.all()
    }


@pytest.fixture(scope="module")
def content(module_records):
    """Import and publish both. Returns all records as they were before the import of the other sources."""
    user = make_user(username="content")
    assert import_files([FIXTURES], by=user, publish=True).problems == []
    before = everything()
    assert import_files([OTHER_SOURCES], by=user, publish=True).problems == []
    return before


def citations(row):
    """Return each cited place with the date that the source gives there."""
    dates = {(c["source"], c["locator"]): "" for c in row["citations"]}
    return dates | {(c["source"], c["locator"]): c["date"] for c in row["citations"] if c["date"]}


def cited_by(fact):
    return {(source, locator): date for source, locator, date in fact["citations"]}


def titles(model, slugs):
    return [model.objects.get(slug=slug).title for slug in slugs]


def visited(client, slug):
    response = client.get(Entry.objects.get(slug=slug).get_absolute_url())
    assert response.status_code == 200
    text = response.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_twelve_entries_are_new_and_all_are_public(content):
    old = {slug for _table, slug in content}
    new = Entry.objects.exclude(slug__in=old)
    assert set(new.values_list("slug", flat=True)) == set(NEW)
    kinds = list(new.values_list("kind", flat=True))
    assert [kinds.count(kind) for kind in (Kind.POLICY, Kind.PILOT_DESIGNATION, Kind.MILESTONE)] == [5, 1, 6]
    assert Entry.objects.published().count() == 44 + 12 == Entry.objects.count()


def test_nine_records_change_and_no_other_of_any_table(content):
    after = everything()
    changed = {key for key, row in content.items() if after[key] != row}
    continued = {(table, slug) for table, slugs in CONTINUED.items() for slug in slugs}
    assert changed > continued
    changed = {slug for _table, slug in changed - continued}
    assert changed == set(CHANGED)
    assert len(changed) == 9


def test_what_is_new_beside_the_entries_is_their_sources_organizations_and_area(content):
    after = everything()
    found = {key for key in after.keys() - content.keys() if key[1] not in NEW}
    assert {slug for table, slug in found if table == "sources"} == set(FACTS["sources"])
    for model, name in ((Organization, "organizations"), (Area, "areas")):
        slugs = [slug for table, slug in found if table == name]
        assert sorted(titles(model, slugs)) == sorted(FACTS[name])
    assert {table for table, _slug in found} == {"sources", "organizations", "areas"}


def test_each_record_that_was_written_has_one_revision_of_this_import(content):
    counts = {
        slug: Revision.objects.for_record(Entry.objects.get(slug=slug)).count() for slug in (*CHANGED, *NEW)
    }
    assert counts == {**dict.fromkeys(CHANGED, 2), **dict.fromkeys(NEW, 1)}
    assert Revision.objects.for_model(Entry).count() == 44 + 9 + 12


@pytest.mark.parametrize("slug", FACTS["sources"])
def test_a_source_is_told_as_it_was_found(content, slug):
    source, fact = Source.objects.get(slug=slug), FACTS["sources"][slug]
    assert (str(source.published or ""), source.url) == (fact["published"], fact["url"])
    for name in ("publisher", "author", "number"):
        assert getattr(source, name) == fact.get(name, ""), name
    assert source.type == fact.get("type", "page")
    assert source.linked is fact.get("linked", True)
    if "title" in fact:
        assert source.title == fact["title"]
    else:  # brackets mark a title by the editors
        assert re.fullmatch(r"〔.+〕", source.title)
    assert source.title_en
    assert str(source.accessed) == FACTS["accessed"]
    assert source.consulted
    assert source.consulted_en


@pytest.mark.parametrize("slug", CHANGED)
def test_a_changed_record_has_just_the_changes_of_its_fact(content, slug):
    fact, row = CHANGED[slug], whole(slug)
    before = next(old for (_table, name), old in content.items() if name == slug)
    differing = {name for name in row if row[name] != before[name]}
    # A designation that gets its first date also gets its phase.
    follows = {"phase"} if before["date"] is None and row["date"] else set()
    assert differing - WORDS - follows == set(fact)
    for name in ("title", "aliases", "document_number", "date", "issued"):
        if name in fact:
            assert row[name] == fact[name]
    if "authorities" in fact:
        assert titles(Organization, row["authorities"]) == fact["authorities"]
    if "issuers" in fact:
        assert [issuer.title for issuer in Policy.objects.get(slug=slug).issuers.all()] == fact["issuers"]
    if "policies" in fact:
        assert row["policies"] == fact["policies"]
    if "relations" in fact:
        added = {(r["type"], r["to"]) for r in row["relations"] if r not in before["relations"]}
        assert added == {tuple(relation) for relation in fact["relations"]}


@pytest.mark.parametrize("slug", CHANGED)
def test_a_changed_record_keeps_its_citations_and_has_those_of_its_fact(content, slug):
    before = next(old for (_table, name), old in content.items() if name == slug)
    row = whole(slug)
    assert citations(row) == citations(before) | cited_by(CHANGED[slug])


@pytest.mark.parametrize("slug", NEW)
def test_a_new_entry_is_as_its_fact_to_the_letter(content, slug):
    fact, row = NEW[slug], whole(slug)
    entry = Entry.objects.get(slug=slug)
    assert (entry.kind, row["title"]) == (fact["kind"], fact["title"])
    assert {name: row[name] for name in DATES if row.get(name)} == {
        name: fact[name] for name in DATES if name in fact
    }
    assert citations(row) == cited_by(fact)
    for name in ("phase", "topics"):
        if name in fact:
            assert row[name] == fact[name]
    if "note" in fact:
        assert row["editor_note"] == fact["note"]
    if entry.kind == Kind.POLICY:
        assert DocumentType(row["document_type"]).label == fact["type"]
        assert row["document_number"] == fact.get("document_number")
        issuers = Policy.objects.get(slug=slug).issuers.all()
        assert [issuer.title for issuer in issuers] == fact.get("issuers", [])
        assert row["provisional"] is fact.get("provisional", False)
        assert row["level"] == fact.get("level", "municipal")
        assert row["relations"] == []
        assert row["validity"] == ""
    elif entry.kind == Kind.PILOT_DESIGNATION:
        assert (row["batch"], titles(Area, [row["designee"]])) == (fact["batch"], [fact["designee"]])
        assert titles(Organization, row["authorities"]) == fact["authorities"]
        assert row["areas"] == []
    else:
        assert titles(Organization, row["organizations"]) == fact.get("organizations", [])
        assert row["policies"] == []


@pytest.mark.parametrize("slug", NEW)
def test_a_new_entry_is_summed_up_in_both_languages(content, slug):
    row = whole(slug)
    assert 40 <= len(row["summary"]) <= 120
    assert row["title_en"]
    assert row["summary_en"]
    assert bool(row["editor_note"]) == bool(row["editor_note_en"])
    for english in (row["title_en"], row["summary_en"], row["editor_note_en"]):
        assert not re.search(r"[\u4e00-\u9fff]", english), english


def test_the_chinese_has_full_width_punctuation_and_titles_without_title_marks(content):
    for (table, slug), row in everything().items():
        if (table, slug) in content and slug not in CHANGED:
            continue
        for name in ("title", "summary", "editor_note", "description", "note"):
            text = row.get(name) or ""
            assert not re.search(r"[\u4e00-\u9fff][,.;:!?()\"']|[,.;:!?()\"'][\u4e00-\u9fff]", text), text
        # The original title of a source keeps its marks.
        assert table == "sources" or not re.search("[《》]", row["title"]), row["title"]


def test_of_the_new_entries_only_what_no_source_dates_has_no_place(content):
    undated = {slug for slug in NEW if not Entry.objects.get(slug=slug).timeline_date}
    assert undated == {"state-council-big-data-outline", "zhejiang-big-data-plan", "smart-zhejiang-pilot"}
    for slug in undated:
        assert whole(slug)["editor_note"]


def test_what_was_put_in_its_place_by_a_new_date_stands_in_its_phase(content):
    for slug in ("pilot-batch-1", "pilot-batch-2", "pilot-batch-2-ninghai"):
        assert whole(slug)["phase"] == "foundations"


def test_entries_of_2022_and_later_stand_in_no_phase_of_the_article(content):
    later = Entry.objects.filter(sort_earliest__year__gte=2022)
    assert {entry.slug: entry.phase for entry in later} == {"ai-supercomputing-2023": None}


def test_a_second_import_changes_nothing(content):
    before, revisions = everything(), Revision.objects.count()
    changed_at = list(Entry.objects.order_by("pk").values_list("changed_at", "published_at"))
    report = import_files([OTHER_SOURCES], publish=True)
    assert report.problems == []
    assert set(row_counts(report)) == {"unchanged"}
    assert (report.changes, report.published) == ([], 0)
    assert everything() == before
    assert Revision.objects.count() == revisions
    assert list(Entry.objects.order_by("pk").values_list("changed_at", "published_at")) == changed_at


@pytest.mark.parametrize("slug", [*CHANGED, *NEW])
def test_what_each_source_says_differently_stands_on_the_page_of_the_entry(content, client, slug):
    text = squeezed(visited(client, slug))
    for citation in Entry.objects.get(slug=slug).citations.select_related("source"):
        assert squeezed(citation.source.title) in text
        # Marks within the quotation marks are single ones.
        assert squeezed(citation.quotation).translate(str.maketrans("“”", "‘’")) in text
        if citation.date:
            assert f"所记日期：{citation.date.display('zh-hans')}" in text


@pytest.mark.parametrize(
    ("slug", "stands", "other"),
    [
        ("smart-city-launch", "2010年", "《103个国家智慧城市试点名单公布 宁波榜上有名》所记日期为2010年9月"),
        ("pilot-batch-1", "2013年1月29日", "〔无题名网络文章〕所记日期为2013年"),
        ("thirteenth-plan", "2016年11月", "《宁波市智慧城市发展“十三五”规划》所记日期为2016年11月14日"),
        (
            "special-fund",
            "2012年",
            "《宁波市经信委关于印发〈宁波市智慧城市专项资金管理办法（暂行）〉的通知》所记日期为2012年2月21日",
        ),
    ],
)
def test_differing_dates_are_told_on_the_page_and_on_the_card(content, client, slug, stands, other):
    text = visited(client, slug)
    head = text.partition(Entry.objects.get(slug=slug).summary)[0]
    assert re.search(rf"\s{stands}\s", head)
    assert squeezed(other.partition("所记日期为")[2]) in squeezed(text)
    front = re.sub("<[^>]*>", "", unescape(client.get("/").content.decode()))
    assert squeezed(other) in squeezed(front)


def test_the_question_of_the_two_measures_is_answered_on_their_pages(content, client):
    later = visited(client, "fund-measures-2014")
    assert "两者为同一办法的先后两个文本" in later
    assert (
        "修订 宁波市智慧城市专项资金管理办法（暂行）（2012年） 市级 2012年2月21日 （成文日期） 改动："
        in later
    )
    earlier = visited(client, "fund-measures-2012")
    assert "来源文章所存的疑问由此可解" in earlier
    assert "由以下文件修订 宁波市智慧城市专项资金管理办法（暂行）（2014年） 市级 2014年 改动：" in earlier
    fund = visited(client, "special-fund")
    assert "2012年2月21日印发的文件即名《宁波市智慧城市专项资金管理办法（暂行）》" in fund
    assert "未写这一管理办法的名称；2014年另有" not in fund


def test_a_source_not_to_be_linked_is_printed_as_text(content, client):
    source = Source.objects.get(slug="fund-measures-reprint-2014")
    text = unescape(client.get(source.get_absolute_url()).content.decode())
    assert source.url in text
    assert f'href="{source.url}"' not in text
