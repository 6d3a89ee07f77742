"""Validation of rows: every error of a field or record is reported, and values are cleaned as in a form."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.dry_runs import assert_same, content
from tests.factories import (
    make_area,
    make_milestone,
    make_phase,
    make_policy,
    make_relation,
    make_topic,
    make_user,
)
from tests.foreign_tables import import_proposed, table
from tests.imports import import_rows, only_problem, row_counts, where
from timeline.exchange.importing.checking import Checker
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.parsing import parse_rows
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.importing.resolving import Resolver
from timeline.exchange.importing.row_warnings import RowWarnings
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.importing.writing import write_rows
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, FileRow
from timeline.models import Citation, Milestone, PolicyRelation
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def columns(report):
    return sorted(problem.column for problem in report.problems)


def test_several_errors_of_one_row_are_said_at_once(folder):
    report = import_files(
        [
            folder(
                policies="- {slug: Ü, title: '', document_type: ode, date: soon, provisional: so so, phase: none}"
            )
        ]
    )
    assert {problem.column for problem in report.problems} == {
        "slug",
        "title",
        "document_type",
        "date",
        "provisional",
        "phase",
    }


def test_a_row_is_checked_like_a_form_before_it_is_written():
    report = import_rows(milestones=[{"slug": "launch", "title": "one\atwo"}])
    assert columns(report) == ["title"]
    assert not Milestone.objects.exists()


def test_unreadable_cells_and_invalid_ones_are_told_together():
    report = import_rows(milestones=[{"slug": "launch", "title": "", "date": "soon", "topics": ["nothing"]}])
    assert columns(report) == ["date", "title", "topics"]


def test_text_is_cleaned_on_its_way_in():
    import_rows(milestones=[{"slug": "launch", "title": "  启动 ", "body": "one\r\ntwo\r\n"}])
    launch = Milestone.objects.get()
    assert (launch.title, launch.body) == ("启动", "one\ntwo")


def test_a_row_may_say_that_a_dated_entry_has_no_phase(folder):
    make_phase(period="2011/2015")
    files = folder(milestones="- {slug: launch, title: 甲, date: 2012, phase: }")
    assert row_counts(import_files([files])) == {"new": 1}
    assert Milestone.objects.get().phase is None
    assert row_counts(import_files([files])) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        ("yaml", "[null]"),
        ("yaml", "[one, ~]"),
        ("yaml", '[""]'),
        ("yaml", '["  "]'),
        ("yaml", '["\\u200b"]'),
        ("yaml", "、"),
        ("json", '["one", ""]'),
        ("json", "[null]"),
        ("csv", "、"),
        ("csv", "；"),
    ],
)
def test_an_empty_item_of_a_list_is_refused_and_empties_nothing(name, topics):
    topic = make_topic(slug="one")
    entry = make_milestone(slug="launch", topics=[topic])
    text = {
        "yaml": f"- {{slug: launch, topics: {topics}}}",
        "json": f'[{{"slug": "launch", "topics": {topics}}}]',
        "csv": f"slug,topics\nlaunch,{topics}\n",
    }[name]
    problem = only_problem(import_files([Upload(f"milestones.{name}", text.encode())]))
    assert problem.column == "topics"
    assert "is empty" in problem.message or "names nothing" in problem.message
    assert list(entry.topics.all()) == [topic]


def test_separators_at_the_end_of_a_cell_are_no_items():
    topic = make_topic(slug="one")
    entry = make_milestone(slug="launch")
    assert import_files([Upload("milestones.csv", "slug,topics\nlaunch,one；\n".encode())]).problems == []
    assert list(entry.topics.all()) == [topic]


def test_the_address_of_another_kind_is_refused_with_its_title():
    make_milestone(slug="launch", title="开通")
    (problem,) = import_rows(
        policies=[{"slug": "launch", "title": "办法", "document_type": "measures"}]
    ).problems
    assert problem.message == "This address is that of the Milestone “开通”; choose another."


def test_a_row_under_a_former_address_is_told_that_and_not_what_a_new_record_needs(folder):
    policy = make_policy(slug="opinion")
    policy.slug = "opinions"
    policy.save()
    report = import_files([folder(policies="- {slug: opinion, summary: 摘要, date: 2010年13月}")])
    assert sorted(problem.column for problem in report.problems) == ["date", "slug"]


def test_relations_of_one_file_that_run_in_a_circle_are_refused():
    for slug in ("a", "b", "c"):
        make_policy(slug=slug)
    pairs = [("a", "b"), ("b", "c"), ("c", "a")]
    relations = [{"from": policy, "type": "amends", "to": other} for policy, other in pairs]
    (problem,) = import_rows(relations=relations).problems
    assert (problem.place.row, problem.column) == (3, "to")
    assert "already leads back" in problem.message
    assert not PolicyRelation.objects.exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_areas_that_one_file_puts_into_each_other_are_refused_and_named(is_new):
    for slug in () if is_new else ("a", "b"):
        make_area(slug=slug)
    circle = [{"slug": "a", "title": "甲", "parent": "b"}, {"slug": "b", "title": "乙", "parent": "a"}]
    areas = [{"slug": "in-a", "title": "丙", "parent": "a"}, *circle]
    designations = [{"slug": "pilot", "title": "试点", "programme": "试点", "designee": "in-a"}]
    report = assert_same(content(areas=areas, pilot_designations=designations))
    # One error for all of them, at the first.
    message = "These areas contain each other: a, b. One of them must lie in none of the others."
    assert [(where(problem)[1:], problem.message) for problem in report.problems] == [
        ((2, "parent", "b"), message)
    ]


@pytest.mark.parametrize("is_new", [True, False])
def test_an_area_that_a_file_puts_into_itself_is_refused(is_new):
    if not is_new:
        make_area(slug="a")
    report = assert_same(content(areas=[{"slug": "a", "title": "甲", "parent": "a"}]))
    assert [problem.message for problem in report.problems] == ["An area does not lie in itself."]


def test_areas_of_a_file_and_of_the_database_do_not_lie_in_a_circle():
    outer = make_area(slug="a", published=False)
    make_area(slug="c", published=False, parent=make_area(slug="b", published=False, parent=outer))
    areas = [{"slug": "new", "title": "新", "parent": "c"}, {"slug": "a", "parent": "new"}]
    report = assert_same(content(areas=areas))
    assert [where(problem)[1:3] for problem in report.problems] == [(2, "parent")]
    freed = [*areas, {"slug": "b", "parent": ""}]
    assert assert_same(content(areas=freed)).problems == []


@pytest.mark.parametrize("is_dry", [True, False])
@pytest.mark.parametrize("is_new", [True, False])
def test_a_chain_of_areas_costs_each_of_them_the_same(is_new, is_dry):
    queries = {}
    for length in (5, 10, 20):
        slugs = [f"{length}-{number}" for number in range(length)]
        for slug in () if is_new else slugs:
            make_area(slug=slug)
        areas = [
            {"slug": slug, "title": slug, "parent": parent} for parent, slug in itertools.pairwise(slugs)
        ]
        files = content(areas=[{"slug": slugs[0], "title": slugs[0]}, *areas])
        with CaptureQueriesContext(connection) as captured:
            assert import_files(files, by=make_user(), dry_run=is_dry).problems == []
        queries[length] = len(captured)
    assert queries[20] - queries[10] <= 2 * (queries[10] - queries[5]) + 2


def test_a_relation_that_a_file_turns_round_is_no_circle():
    a, b = make_policy(slug="a"), make_policy(slug="b")
    make_relation(a, "amends", b)
    rows = [
        {"from": "a", "type": "amends", "to": "b", "delete": "yes"},
        {"from": "b", "type": "amends", "to": "a"},
    ]
    assert import_rows(relations=rows).problems == []
    assert PolicyRelation.objects.get().from_policy == b


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {}])
def test_a_row_with_a_problem_deletes_nothing(wrong):
    citation = make_milestone(slug="launch", published=True).citations.get()
    table, resolver = TABLES["citations"], Resolver(PendingRecords(), (), publish=True)
    cells = {"entry": "launch", "source": citation.source.slug, "locator": citation.locator, "delete": "yes"}
    place = FileLocation("a.json", "citations", 1, 2)
    parsed = parse_rows(table, [FileRow(place, table, {**cells, **wrong})], clears=True)
    rows = resolver.identify(table, parsed, SeenKeys())
    resolver.find_stored(table, rows)
    Checker(table, resolver, RowWarnings(table, {})).check(rows)
    write_rows(table, rows)
    (row,) = rows
    assert [problem.column for problem in row.problems] == [*wrong]
    assert (row.outcome, row.is_written) == (("", False) if wrong else ("deleted", True))
    assert Citation.objects.count() == len(wrong)


def test_a_column_that_a_table_of_others_lacks_is_told_once():
    file = table(["名称", "试点项目"], ["甲", "乙"], ["丙", "丁"], ["戊", "己"], name="试点.csv")
    (problem,) = import_proposed(file).problems
    assert (problem.column, problem.place.row) == ("designee", 1)
    assert "no column of the sheet is read as this one" in problem.message
