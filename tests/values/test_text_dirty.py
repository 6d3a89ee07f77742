"""Text with invisible characters in files, searches and integrity checks: only visible characters count."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.factories import (
    CONTENT,
    OTHER_CONTENT,
    everything,
    make_citation,
    make_editor,
    make_milestone,
    make_policy,
    make_source,
    make_topic,
    make_user,
)
from tests.files import contents
from tests.imports import row_counts
from timeline.editing.integrity import violations
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Area, Citation, Entry, Milestone, Source
from timeline.search.snippets import highlight
from timeline.values.chinese import fold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DIRTY = (
    "\ufeff网址标识\u200b,标题\u200b,日期,专题\n"
    "\u200bcity-brain\ufeff,城市\u200b大脑\u202c上线,2021年\u200b11月,\u2060cloud；\u200bdata\n"
    "\u200b,\ufeff,,\n"
)


def stored():
    """Return every row except accounts, because each load() creates one."""
    return {name: rows for name, rows in everything().items() if name != "auth.User"}


def slip(sql, *values):
    """Write without the cleaning of the model fields, as a former version did."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def load(name, text):
    return import_files([Upload(name, text.encode())], by=make_user())


@pytest.fixture
def topics():
    return make_topic(slug="cloud"), make_topic(slug="data")


def test_a_dirty_file_is_imported_clean_and_once(topics):
    report = load("大事.csv", DIRTY)
    assert [str(problem) for problem in report.problems] == []
    milestone = Milestone.objects.get()
    assert (milestone.slug, milestone.title, str(milestone.date)) == ("city-brain", "城市大脑上线", "2021-11")
    assert {topic.slug for topic in milestone.topics.all()} == {"cloud", "data"}
    before = stored()
    again = load("大事.csv", DIRTY)
    assert (row_counts(again), again.changes, again.batch) == ({"unchanged": 1}, [], None)
    assert stored() == before


def test_references_and_nested_rows_are_read_by_what_is_visible():
    make_source(slug="board")
    policies = """
- slug: "plan\\u200b"
  title: 规划
  document_type: "plan\\ufeff"
  provisional: "\\u200b是"
  citations: [{source: "\\ufeffboard", locator: "¶\\u200b3"}]
- slug: "rules"
  title: 办法
  document_type: measures
  relations: [{type: implements, to: "\\u200bplan"}]
"""
    for total in ({"new": 4}, {"unchanged": 4}):
        report = load("policies.yaml", policies)
        assert [str(problem) for problem in report.problems] == []
        assert row_counts(report) == total
    assert Citation.objects.get().locator == "¶3"


def test_rows_that_refer_to_their_like_are_ordered_by_what_is_visible():
    report = load("areas.csv", "slug,title,parent\nyuyao,余姚,\u200bningbo\nningbo\ufeff,宁波,\n")
    assert [str(problem) for problem in report.problems] == []
    assert Area.objects.get(slug="yuyao").parent.slug == "ningbo"


def test_a_fixture_of_django_is_put_together_by_what_is_visible():
    objects = [
        {"model": "timeline.entry", "pk": None, "fields": {"slug": "launch\u200b", "title": "启动"}},
        {"model": "timeline.milestone", "pk": None, "fields": {"entry_ptr": ["\ufefflaunch"], "occasion": "会"}},
    ]  # fmt: skip
    report = load("content.json", json.dumps(objects))
    assert [str(problem) for problem in report.problems] == []
    assert Milestone.objects.get().slug == "launch"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("宁波\ufffd", "position 3 is \ufffd: the text was damaged"),
        ("<p class=MsoNormal>宁波</p>", "<p class=MsoNormal> at position 1"),
        ("宁" * 200_001, "200,001 characters"),
    ],
)
def test_text_that_is_refused_is_named_with_its_row_and_column(cell, words):
    report = load("milestones.json", json.dumps([{"slug": "launch", "title": "启动", "summary": cell}]))
    (problem,) = report.problems
    assert (problem.place.row, problem.column) == (1, "summary")
    assert words in problem.message


def test_a_header_with_half_a_surrogate_pair_is_refused_in_words():
    report = load(
        "milestones.json", '[{"slug": "a", "title": "甲", "\\ud800bad": "x", "summary": "\\udfff"}]'
    )
    assert [problem.column for problem in report.problems] != []


def test_a_whole_chronicle_is_imported_again_without_any_change():
    for folder in (CONTENT, OTHER_CONTENT):
        report = import_files([folder], by=make_user(), publish=True)
        assert (report.problems, report.notices) == ([], [])
    assert list(violations()) == []
    before = stored()
    again = import_files([OTHER_CONTENT], by=make_user(), publish=True)
    assert row_counts(again).keys() == {"unchanged"}
    assert stored() == before


@pytest.fixture
def stored_dirty():
    """Records as a former version stored them, with invisible characters."""
    policy = make_policy(slug="plan", title="智慧城市规划", published=True)
    make_citation(policy, source=make_source(slug="board"), locator="¶3")
    title = "智慧\u200b城市\u00ad规划"
    slip("UPDATE timeline_entry SET title = %s", title)
    slip("UPDATE timeline_searchdocument SET title = %s WHERE record_type = 0", title)
    slip("UPDATE timeline_citation SET locator = %s WHERE locator = %s", "¶3\ufeff", "¶3")
    return policy


def test_what_was_stored_before_is_named_mended_and_found(stored_dirty):
    assert not Entry.objects.published().matching("智慧城市").exists()
    assert list(violations()) == [
        "policy “plan”: the search document is out of date; --mend rewrites it.",
        "policy “plan”: text that is not clean: title; --mend cleans it.",
        "citation “plan / board / ¶3\ufeff / 1”: text that is not clean: locator; --mend cleans it.",
        "citation “plan / board / ¶3\ufeff / 1”: stale columns: locator_order.",
    ]
    call_command("check_integrity", mend=True, stdout=io.StringIO())
    assert Entry.objects.get().title == "智慧城市规划"
    assert Citation.objects.filter(locator="¶3").exists()
    assert Entry.objects.published().matching("智慧城市").exists()


def test_what_was_stored_before_is_exported_and_imported_without_a_loss(stored_dirty, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    export(None, first, "yaml")
    report = import_files([first], by=make_user(), publish=True)
    assert report.problems == []
    assert Citation.objects.count() == 2
    export(None, second, "yaml")
    assert row_counts(import_files([second], by=make_user(), publish=True)).keys() == {"unchanged"}
    export(None, tmp_path / "third", "yaml")
    assert contents(tmp_path / "third") == contents(second)


def test_text_that_cannot_be_cleaned_is_named_and_left():
    make_milestone(slug="launch", title="启动")
    slip("UPDATE timeline_entry SET summary = %s", "<br>一\ufffd")
    sentence = "milestone “launch”, summary: The character at position 6 is \ufffd"
    assert any(one.startswith(sentence) for one in violations())
    with pytest.raises(CommandError):
        call_command("check_integrity", mend=True, stdout=io.StringIO(), stderr=io.StringIO())
    assert Milestone.objects.get().summary == "<br>一\ufffd"


def test_two_rows_that_cleaning_would_make_one_are_left_for_an_editor():
    milestone, source = make_milestone(slug="launch"), make_source(slug="board")
    make_citation(milestone, source=source, locator="¶3")
    make_citation(milestone, source=source, locator="¶4")
    slip("UPDATE timeline_citation SET locator = %s WHERE locator = %s", "¶3\u200b", "¶4")
    with pytest.raises(CommandError, match="2 violations"):
        call_command("check_integrity", mend=True, stdout=io.StringIO(), stderr=io.StringIO())
    assert Citation.objects.count() == 2


@pytest.mark.parametrize(
    "query", ["城市大脑", "城市\u200b大脑", "\ufeff城市大脑", "城\u00ad市大脑\u202c", "城市大腦"]
)
def test_a_search_finds_the_visible_words(client, query):
    make_milestone(title="城市大脑上线", summary="一", published=True)
    make_milestone(title="别的", published=True)
    page = client.get("/", {"q": query}, follow=True).content.decode()
    assert [entry.title for entry in Entry.objects.matching(query)] == ["城市大脑上线"]
    assert "<mark>城市大脑</mark>上线" in page


@pytest.mark.parametrize("screen", ["milestone", "source"])
def test_the_searches_of_the_admin_read_the_visible_words(client, screen):
    make_milestone(title="城市大脑上线", slug="city-brain")
    make_source(title="城市大脑上线")
    client.force_login(make_editor())
    for query in ("城市\u200b大脑", "\ufeff城市大脑"):
        page = client.get(f"/admin/timeline/{screen}/", {"q": query}).content.decode()
        assert "城市大脑上线" in page.partition('id="result_list"')[2]


def test_what_selects_a_glyph_is_no_part_of_a_word():
    assert fold("葛\U000e0100城 ❤\ufe0f 👨\u200d👩") == "葛城 ❤ 👨👩"
    assert [piece.text for piece in highlight("在葛\U000e0100城设立", "葛城") if piece.is_hit] == [
        "葛\U000e0100城"
    ]


def test_a_form_of_the_admin_stores_what_is_visible(client):
    client.force_login(make_editor())
    data = {
        "title": "宁波\u200b日报\r\n网站",
        "note": "一\u2028二",
        "type": "page",
        "linked": "on",
        "slug": "\ufeffnews",
    }
    answer = client.post("/admin/timeline/source/add/", data)
    assert answer.status_code == 302, answer.context["errors"]
    source = Source.objects.get()
    assert (source.slug, source.title, source.note) == ("news", "宁波日报 网站", "一\n二")
