"""References by slug: an unknown one is reported with a suggestion, and follow-up errors are not reported."""

import re

import pytest

from tests.factories import (
    make_area,
    make_milestone,
    make_organization,
    make_phase,
    make_policy,
    make_source,
    make_topic,
)
from tests.imports import only_problem, where
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.importing.resolving import Resolver
from timeline.exchange.readers.types import FileLocation
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_what_refers_to_a_failed_row_is_not_blamed(folder):
    report = import_files(
        [
            folder(
                sources="- {slug: board, title: 解读}",
                policies="""
                    - slug: bad
                      title: 规划
                      document_type: plan
                      date: 2013-13
                      citations:
                        - {source: board}
                    - slug: fine
                      title: 办法
                      document_type: measures
                      relations:
                        - {type: amends, to: bad}
                    """,
                milestones="- {slug: launch, title: 启动, policies: [fine, bad]}",
                goals="""
                    - slug: aim
                      title: 目标
                      declared_by: bad
                      assessments:
                        - {date: "2016", source: board, delivery: achieved, evidence: independent}
                    """,
            )
        ]
    )
    assert where(only_problem(report)) == ("policies.yaml", 1, "date", "2013-13")


def test_a_missing_reference_is_blamed_although_another_row_failed(folder):
    report = import_files(
        [
            folder(
                milestones="- {slug: bad, title: 启动, date: soon}",
                goals="- {slug: aim, title: 目标, declared_by: nothing}",
            )
        ]
    )
    assert [where(problem)[2:] for problem in report.problems] == [
        ("declared_by", "nothing"),
        ("date", "soon"),
    ]


def test_a_slug_that_failed_in_one_table_excuses_nobody_in_another(folder):
    report = import_files(
        [
            folder(
                topics="- {slug: x, title: }", milestones="- {slug: launch, title: 甲, phase: x, topics: [x]}"
            )
        ]
    )
    assert [problem.column for problem in report.problems] == ["phase", "title"]


def test_what_refers_to_a_file_that_cannot_be_read_is_not_blamed(folder):
    report = import_files([folder(phases="- [", milestones="- {slug: launch, title: 甲, phase: first}")])
    assert [problem.place.file for problem in report.problems] == ["phases.yaml"]


@pytest.mark.parametrize(
    ("make", "name", "row"),
    [
        (make_topic, "milestones", "- {slug: a, title: 甲, topics: [名称]}"),
        (make_organization, "milestones", "- {slug: a, title: 甲, organizations: 名称}"),
        (make_area, "areas", "- {slug: a, title: 甲, parent: 名称}"),
        (make_phase, "milestones", "- {slug: a, title: 甲, phase: 名称}"),
        (make_policy, "milestones", "- {slug: a, title: 甲, policies: [名称]}"),
        (make_milestone, "goals", "- {slug: a, title: 甲, declared_by: 名称}"),
        (make_source, "milestones", "- {slug: a, title: 甲, citations: [{source: 名称}]}"),
        (make_milestone, "citations", "- {entry: 名称, source: board}"),
    ],
)
def test_a_reference_by_title_names_the_slug_that_is_there(folder, make, name, row):
    make_source(slug="board")
    make(slug="there", title="名称")
    problem = only_problem(import_files([folder(**{name: row})]))
    assert problem.value == "名称"
    assert re.fullmatch("“名称” is the title of the [a-z ]+ there; write that slug.", problem.message)


def test_a_title_that_several_have_names_all_of_them(folder):
    for slug in ("one", "two"):
        make_topic(slug=slug, title="名称")
    problem = only_problem(import_files([folder(milestones="- {slug: a, title: 甲, topics: [名称]}")]))
    assert (
        problem.message
        == "“名称” is the title of several: one, two; write the slug of the one that is meant."
    )


def test_a_title_with_spaces_is_one_title(folder):
    make_topic(slug="there", title="智慧城市 建设、管理")
    problem = only_problem(
        import_files([folder(milestones="- {slug: a, title: 甲, topics: 智慧城市 建设、管理}")])
    )
    assert problem.message == "“智慧城市 建设、管理” is the title of the topic there; write that slug."


def test_a_title_in_english_names_the_slug_too(folder):
    make_topic(slug="there", title="名称", title_en="City brain")
    problem = only_problem(import_files([folder(milestones="- {slug: a, title: 甲, topics: [City brain]}")]))
    assert problem.message == "“City brain” is the title of the topic there; write that slug."


def test_a_title_that_the_same_import_brings_names_its_slug(folder):
    path = folder(topics="- {slug: new, title: 名称}", milestones="- {slug: a, title: 甲, topics: [名称]}")
    assert (
        only_problem(import_files([path])).message == "“名称” is the title of the topic new; write that slug."
    )


@pytest.fixture
def resolver():
    return Resolver(PendingRecords(), (), publish=False)


def row(table="milestones", **cells):
    return ImportRow(TABLES[table], FileLocation(f"{table}.csv", table, 1, 2), {"slug": "launch", **cells})


def resolve(resolver, row, name):
    column = row.table.columns[name]
    for slug in column.slugs(row.cells[name]):
        resolver.find(row, column, slug)


def failed(resolver, table, slug):
    one = row(table)
    one.cells["slug"] = slug
    one.add_error("It is wrong.")
    resolver.note_failures([one])


def test_a_reference_to_nothing_is_told_with_the_nearest(resolver):
    make_topic(slug="optical")
    named = row(topics="optical；optcal")
    resolver.load_references(named.table, [named])
    resolve(resolver, named, "topics")
    assert [(problem.column, problem.value, problem.message) for problem in named.problems] == [
        ("topics", "optical；optcal", "There is no topic “optcal” (perhaps “optical” is meant).")
    ]


def test_a_reference_to_a_row_that_failed_is_not_told_but_the_row_fails_with_it(resolver):
    failed(resolver, "phases", "early")
    named = row(phase="early")
    resolve(resolver, named, "phase")
    assert (named.problems, named.has_errors) == ([], True)
    follower = row("milestones", policies="launch")
    resolve(resolver, follower, "policies")
    assert len(follower.problems) == 1  # a milestone of that slug failed, and no policy


def test_who_names_a_row_that_failed_is_excused_whatever_kind_of_entry_it_was(resolver):
    failed(resolver, "policies", "plan")
    goal = row("goals", declared_by="plan")
    resolve(resolver, goal, "declared_by")
    assert (goal.problems, goal.has_errors) == ([], True)
    other = row("goals", declared_by="other")
    resolve(resolver, other, "declared_by")
    assert [problem.column for problem in other.problems] == ["declared_by"]


def test_a_part_that_failed_excuses_nobody(resolver):
    failed(resolver, "citations", "plan")
    goal = row("goals", declared_by="plan")
    resolve(resolver, goal, "declared_by")
    assert [problem.column for problem in goal.problems] == ["declared_by"]


def test_what_a_file_that_could_not_be_read_may_have_had_is_not_told():
    named = row(topics="x", phase="y")
    resolver = Resolver(PendingRecords(), {"topics"}, publish=False)
    resolve(resolver, named, "topics")
    assert (named.problems, named.has_errors) == ([], True)
    resolve(resolver, named, "phase")
    assert [problem.column for problem in named.problems] == ["phase"]


def test_the_title_of_a_row_with_errors_is_told_its_slug_in_the_same_round(folder):
    report = import_files(
        [
            folder(
                policies="- {slug: plan, title: 规划, document_type: plan, date: 2013-13}",
                milestones="- {slug: launch, title: 启动, policies: [规划]}",
            )
        ]
    )
    words = "“规划” is the title of the policy plan; write that slug."
    assert words in {problem.message for problem in report.problems}
    assert len(report.problems) == 2
