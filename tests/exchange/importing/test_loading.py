"""Rows into tables by the chunk: checked as by hand, written with few statements, and nothing where nothing changes."""

import pytest
import yaml
from django.db import connection
from django.db.models import CheckConstraint, Q
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from tests.factories import (
    document_of,
    make_citation,
    make_milestone,
    make_organization,
    make_phase,
    make_source,
    make_topic,
    make_user,
)
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import (
    Citation,
    Goal,
    Milestone,
    Organization,
    Policy,
    Revision,
    SearchDocument,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def load(**options):
    """Import tables given as lists of rows; options of the import begin with an underscore."""
    tables = {name: rows for name, rows in options.items() if not name.startswith("_")}
    kept = {name[1:]: value for name, value in options.items() if name.startswith("_")}
    content = yaml.safe_dump(tables, allow_unicode=True).encode()
    return import_files([Upload("content.yaml", content)], by=make_user(), **kept)


def sheet(name, text, **options):
    return import_files([Upload(name, text.encode())], by=make_user(), **options)


def columns(report):
    return sorted(problem.column for problem in report.problems)


def test_a_row_is_checked_like_a_form_before_it_is_written():
    report = load(milestones=[{"slug": "launch", "title": "one\atwo"}])
    assert columns(report) == ["title"]
    assert not Milestone.objects.exists()


def test_unreadable_cells_and_invalid_ones_are_told_together():
    report = load(milestones=[{"slug": "launch", "title": "", "date": "soon", "topics": ["nothing"]}])
    assert columns(report) == ["date", "title", "topics"]


def test_text_is_cleaned_on_its_way_in():
    load(milestones=[{"slug": "launch", "title": "  启动 ", "body": "one\r\ntwo\r\n"}])
    launch = Milestone.objects.get()
    assert (launch.title, launch.body) == ("启动", "one\ntwo")


def test_a_new_row_is_saved_with_its_lists_and_what_derives_from_it():
    topic, phase = make_topic(slug="optical"), make_phase(period="2011/2015")
    load(milestones=[{"slug": "launch", "title": "啟動", "date": "2013-01", "topics": ["optical"]}])
    launch = Milestone.objects.get()
    assert list(launch.topics.all()) == [topic]
    assert (str(launch.sort_earliest), launch.timeline_date_source, launch.kind) == (
        "2013-01-01",
        "own",
        "milestone",
    )
    assert (document_of(launch).title, launch.phase, launch.status) == ("启动", phase, "draft")


def test_the_same_row_writes_nothing_and_its_time_of_change_stays():
    entry = make_milestone(slug="launch", title="启动", date="2013-01", topics=[make_topic(slug="optical")])
    report = load(
        milestones=[{"slug": "launch", "title": "启动", "date": "2013年1月", "topics": ["optical"]}]
    )
    assert report.total == {"unchanged": 1}
    assert Milestone.objects.get().changed_at == entry.changed_at


def test_a_list_that_lost_a_reference_is_a_change():
    make_milestone(slug="launch", topics=[make_topic(slug="a"), make_topic(slug="b")])
    assert load(milestones=[{"slug": "launch", "topics": ["a"]}]).total == {"changed": 1}
    assert [topic.slug for topic in Milestone.objects.get().topics.all()] == ["a"]


def test_a_hundred_rows_cost_as_many_queries_as_ten():
    make_topic(slug="a")
    make_organization(slug="city")
    make_source(slug="paper")

    def queries(first, last):
        numbers = range(first, last)
        with CaptureQueriesContext(connection) as done:
            report = load(
                policies=[
                    {
                        "slug": f"p{number}", "title": f"规划{number}", "document_type": "plan", "date": "2013",
                        "topics": ["a"], "issuers": ["city"], "citations": [{"source": "paper", "locator": "¶1"}],
                    }
                    for number in numbers
                ]
            )  # fmt: skip
        assert report.total == {"new": 2 * len(numbers)}
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
        load(milestones=[{"slug": f"m{number}", "title": f"新{number}"} for number in range(20)])
    assert {*Milestone.objects.values_list("title", flat=True)} == {f"新{number}" for number in range(20)}
    assert {*SearchDocument.objects.values_list("title", flat=True)} == {
        f"新{number}" for number in range(20)
    }
    assert len(done.captured_queries) < 40


def test_goals_follow_what_declares_them():
    load(policies=[{"slug": "plan", "title": "规划", "document_type": "plan", "date": "2013"}])
    load(goals=[{"slug": "goal", "title": "目标", "declared_by": "plan"}])
    assert str(Goal.objects.get().timeline_date) == "2013"
    load(policies=[{"slug": "plan", "date": "2014"}])
    assert str(Goal.objects.get().timeline_date) == "2014"


@pytest.mark.parametrize(("clear", "summary"), [(False, "摘要"), (True, "")])
def test_an_empty_cell_of_a_sheet_keeps_or_clears_as_was_chosen(clear, summary):
    make_milestone(slug="launch", title="旧", summary="摘要")
    sheet("milestones.csv", "网址标识,题名,摘要\nlaunch,新,\n", clear_empty=clear)
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("新", summary)


def test_a_cell_that_is_empty_on_purpose_clears_whatever_was_chosen():
    make_milestone(slug="launch", summary="摘要", date="2013", phase=make_phase(slug="early"))
    sheet("milestones.csv", "slug,summary,phase\nlaunch,',\n")
    launch = Milestone.objects.get()
    assert (launch.summary, launch.phase.slug) == ("", "early")
    sheet("milestones.csv", "slug,phase\nlaunch,'\n")
    assert Milestone.objects.get().phase is None


def test_a_part_is_taken_away_where_a_row_says_so():
    entry = make_milestone(slug="launch")
    source = make_source(slug="paper")
    for place in ("¶1", "¶2"):
        make_citation(entry, source=source, locator=place)
    report = load(citations=[{"entry": "launch", "source": "paper", "locator": "¶1", "delete": "yes"}])
    assert report.total == {"deleted": 1}
    assert [citation.locator for citation in entry.citations.all()] == ["¶2"]
    again = load(citations=[{"entry": "launch", "source": "paper", "locator": "¶1", "delete": "yes"}])
    assert again.total == {"unchanged": 1}


def test_the_last_source_of_what_is_public_is_not_taken_away():
    entry = make_milestone(slug="launch", published=True)
    citation = entry.citations.get()
    row = {"entry": "launch", "source": citation.source.slug, "locator": citation.locator, "delete": "yes"}
    report = load(citations=[row], _publish=True)
    assert [problem.message for problem in report.problems] == ["What is public cites at least one source."]
    assert entry.citations.count() == 1


def test_not_even_a_working_copy_may_take_the_last_source_away():
    entry = make_milestone(slug="launch", published=True)
    citation = entry.citations.get()
    row = {"entry": "launch", "source": citation.source.slug, "locator": citation.locator, "delete": "yes"}
    (problem,) = load(citations=[row]).problems
    assert (problem.column, problem.place.row) == ("delete", 1)
    assert entry.citations.count() == 1


def test_the_address_of_another_kind_is_refused_with_its_title():
    make_milestone(slug="launch", title="开通")
    (problem,) = load(policies=[{"slug": "launch", "title": "办法", "document_type": "measures"}]).problems
    assert problem.message == "This address is that of the Milestone “开通”; choose another."


def test_what_is_public_gets_a_working_copy_from_whoever_may_not_publish(client):
    entry = make_milestone(slug="launch", title="公开的", published=True)
    make_source(slug="paper")
    before = client.get(entry.get_absolute_url()).content
    report = load(
        milestones=[{"slug": "launch", "title": "更正的"}],
        citations=[{"entry": "launch", "source": "paper", "locator": "¶9", "wording": "原话"}],
    )
    assert (report.working_copies, report.problems) == (1, [])
    assert client.get(entry.get_absolute_url()).content == before
    row = find_working_copy(entry).content
    assert row["title"] == "更正的"
    assert ("paper", "¶9", "原话") in [
        (one["source"], one["locator"], one["wording"]) for one in row["citations"]
    ]
    again = load(milestones=[{"slug": "launch", "title": "更正的"}])
    assert again.working_copies == 0


def test_what_is_public_is_changed_by_whoever_may_publish():
    make_milestone(slug="launch", title="公开的", published=True)
    load(milestones=[{"slug": "launch", "title": "更正的"}], _publish=True)
    assert Milestone.objects.published().get().title == "更正的"


@pytest.fixture
def forgotten_constraint():
    """A constraint of the table that neither a field nor clean() says, as somebody might add one."""
    constraint = CheckConstraint(
        name="timeline_organization_is_no_office",
        condition=~Q(title="办公室"),
        violation_error_message=gettext_lazy("A policy has no relation to itself."),
    )
    constraints = Organization._meta.constraints
    # Before the table, which SQLite makes anew from it.
    Organization._meta.constraints = [*constraints, constraint]
    with connection.schema_editor() as editor:
        editor.add_constraint(Organization, constraint)
    yield
    Organization._meta.constraints = constraints
    with connection.schema_editor() as editor:
        editor.remove_constraint(Organization, constraint)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forgotten_constraint")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_only_a_constraint_refuses_is_said_in_its_words_with_row_and_column(language):
    with translation.override(language):
        words = gettext("A policy has no relation to itself.")
        report = load(
            organizations=[{"slug": "city", "title": "市府"}, {"slug": "office", "title": "办公室"}]
        )
        assert [str(problem) for problem in report.problems] == [
            str(Problem(FileLocation("content.yaml", "organizations", 2, 4), words, "title", "办公室"))
        ]
    assert words in str(report.problems[0])
    assert not Organization.objects.exists()
