"""Loading of rows in chunks: few statements, each key once, and no writes without a change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    document_of,
    make_area,
    make_citation,
    make_milestone,
    make_organization,
    make_phase,
    make_source,
    make_topic,
)
from tests.imports import import_rows, only_problem, row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.models import (
    Chronicle,
    Citation,
    Goal,
    Milestone,
    Policy,
    Revision,
    SearchDocument,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_new_row_is_saved_with_its_lists_and_what_derives_from_it():
    topic, phase = make_topic(slug="optical"), make_phase(period="2011/2015")
    import_rows(milestones=[{"slug": "launch", "title": "啟動", "date": "2013-01", "topics": ["optical"]}])
    launch = Milestone.objects.get()
    assert list(launch.topics.all()) == [topic]
    assert (str(launch.sort_earliest), launch.timeline_date_source, launch.kind) == (
        "2013-01-01",
        "own",
        "milestone",
    )
    assert (document_of(launch).title, launch.phase, launch.status) == ("\n启动\n", phase, "draft")


def test_the_same_row_writes_nothing_and_its_time_of_change_stays():
    entry = make_milestone(slug="launch", title="启动", date="2013-01", topics=[make_topic(slug="optical")])
    report = import_rows(
        milestones=[{"slug": "launch", "title": "启动", "date": "2013年1月", "topics": ["optical"]}]
    )
    assert row_counts(report) == {"unchanged": 1}
    assert Milestone.objects.get().changed_at == entry.changed_at


def test_a_hundred_rows_cost_as_many_queries_as_ten():
    make_topic(slug="a")
    make_organization(slug="city")
    make_source(slug="paper")

    def queries(first, last):
        numbers = range(first, last)
        with CaptureQueriesContext(connection) as done:
            report = import_rows(
                policies=[
                    {
                        "slug": f"p{number}", "title": f"规划{number}", "document_type": "plan", "date": "2013",
                        "topics": ["a"], "issuers": ["city"], "citations": [{"source": "paper", "locator": "¶1"}],
                    }
                    for number in numbers
                ]
            )  # fmt: skip
        assert row_counts(report) == {"new": 2 * len(numbers)}
        return [
            query
            for query in done.captured_queries
            if not query["sql"].startswith(("INSERT", "SAVEPOINT", "RELEASE"))
        ]

    few, many = queries(0, 10), queries(10, 110)
    assert len(many) == len(few)
    assert Policy.objects.count() == Citation.objects.count() == Revision.objects.count() == 110


def test_many_rows_are_changed_with_few_statements():
    for number in range(20):
        make_milestone(slug=f"m{number}", title="旧")
    with CaptureQueriesContext(connection) as done:
        import_rows(milestones=[{"slug": f"m{number}", "title": f"新{number}"} for number in range(20)])
    assert {*Milestone.objects.values_list("title", flat=True)} == {f"新{number}" for number in range(20)}
    assert {*SearchDocument.objects.values_list("title", flat=True)} == {
        f"\n新{number}\n" for number in range(20)
    }
    assert len(done.captured_queries) < 45


def test_goals_follow_what_declares_them():
    import_rows(policies=[{"slug": "plan", "title": "规划", "document_type": "plan", "date": "2013"}])
    import_rows(goals=[{"slug": "goal", "title": "目标", "declared_by": "plan"}])
    assert str(Goal.objects.get().timeline_date) == "2013"
    import_rows(policies=[{"slug": "plan", "date": "2014"}])
    assert str(Goal.objects.get().timeline_date) == "2014"


def test_a_part_is_taken_away_where_a_row_says_so():
    entry = make_milestone(slug="launch")
    source = make_source(slug="paper")
    for place in ("¶1", "¶2"):
        make_citation(entry, source=source, locator=place)
    report = import_rows(citations=[{"entry": "launch", "source": "paper", "locator": "¶1", "delete": "yes"}])
    assert row_counts(report) == {"deleted": 1}
    assert [citation.locator for citation in entry.citations.all()] == ["¶2"]
    again = import_rows(citations=[{"entry": "launch", "source": "paper", "locator": "¶1", "delete": "yes"}])
    assert row_counts(again) == {"unchanged": 1}


def test_the_last_source_of_what_is_public_is_not_taken_away():
    entry = make_milestone(slug="launch", published=True)
    citation = entry.citations.get()
    row = {"entry": "launch", "source": citation.source.slug, "locator": citation.locator, "delete": "yes"}
    report = import_rows(citations=[row], _publish=True)
    assert [problem.message for problem in report.problems] == ["What is public cites at least one source."]
    assert entry.citations.count() == 1


def test_a_slug_may_be_that_of_a_record_of_a_table_with_its_own_addresses(folder):
    make_area(slug="ningbo")
    assert import_files([folder(site="- {slug: ningbo, title: 编年, city: 宁波}")]).problems == []
    assert Chronicle.objects.get().slug == "ningbo"


def test_a_citation_counted_twice_at_the_same_place_takes_another_number(folder):
    make_source(slug="board")
    make_milestone(slug="launch")
    twice = "- {entry: launch, source: board, locator: ¶2}\n- {entry: launch, source: board, locator: ¶2}"
    problem = only_problem(import_files([folder(citations=twice)]))
    assert problem.value == "launch / board / ¶2 / 1"
    numbered = twice.replace("¶2}\n", "¶2, number: 2}\n")
    assert import_files([folder(citations=numbered)]).problems == []
    assert sorted(Citation.objects.values_list("number", flat=True)) == [1, 2]


def test_the_same_key_in_other_words_is_still_the_same_key(folder):
    make_source(slug="board")
    make_milestone(slug="launch")
    report = import_files(
        [
            folder(
                citations="- {entry: launch, source: board, number: 1}\n- {entry: launch, source: board, number: '01'}"
            )
        ]
    )
    assert (only_problem(report).place.row, only_problem(report).place.file) == (2, "citations.yaml")
