"""Writing of validated rows: records, many-to-many relations, search documents, and dependent records."""

import contextlib

import pytest
from django.db import connection, transaction
from django.db.models import CheckConstraint, Q
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from tests.factories import document_of, make_goal, make_milestone, make_policy, make_topic
from tests.imports import import_rows
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.writing import mark_unsaved, write
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import Goal, Milestone, Organization, Policy, content_triggers
from timeline.rows.tables import TABLES, table_of

pytestmark = pytest.mark.django_db

MILESTONES = TABLES["milestones"]


def item(record, *, changes=(), **many):
    """Return a row as the check passes it on, with its cleaned record and the changed columns."""
    record.clean()
    row = ImportRow(table_of(type(record)), FileLocation("a.csv"), {}, key=(record.slug,), pk=record.pk)
    row.record, row.many, row.changes = record, many, dict.fromkeys(changes)
    return row


def test_new_records_are_there_with_their_lists_and_can_be_searched():
    topics = [make_topic(slug="a"), make_topic(slug="b")]
    rows = [
        item(Milestone(slug=f"m{number}", title="大事"), topics=[topic.pk for topic in topics])
        for number in range(2)
    ]
    write(MILESTONES, rows)
    for launch in Milestone.objects.all():
        assert {*launch.topics.all()} == {*topics}
        assert document_of(launch).title == "\n大事\n"
    assert Milestone.objects.count() == 2


def test_of_a_record_that_is_there_only_what_changed_is_written():
    topic = make_topic()
    launch = make_milestone(slug="launch", title="旧", summary="旧", topics=[make_topic()])
    record = Milestone.objects.get(pk=launch.pk)
    record.title, record.summary = "新", "不写"
    write(MILESTONES, [item(record, changes=["title"], topics=[topic.pk])])
    launch = Milestone.objects.get()
    assert (launch.title, launch.summary, [*launch.topics.all()]) == ("新", "旧", [topic])


def test_a_list_that_the_row_does_not_have_stays():
    topic = make_topic()
    make_milestone(slug="launch", topics=[topic])
    record = Milestone.objects.get()
    record.title = "新"
    write(MILESTONES, [item(record, changes=["title"])])
    assert [*Milestone.objects.get().topics.all()] == [topic]


def test_a_goal_follows_the_policy_that_declares_it():
    make_goal(declared_by=make_policy(date="2013"))
    policy = Policy.objects.get()
    policy.date = "2014"
    write(TABLES["policies"], [item(policy, changes=["date"])])
    assert str(Goal.objects.get().timeline_date) == "2014"


def test_a_goal_with_another_target_is_due_by_that():
    make_goal(target="2015")
    goal = Goal.objects.get()
    goal.target = "2020"
    write(TABLES["goals"], [item(goal, changes=["target"])])
    assert str(Goal.objects.get().due_by) == "2020-12-31"


def test_a_record_whose_insertion_was_rolled_back_is_new_again():
    row = item(Milestone(slug="launch", title="启动"))
    with transaction.atomic():
        write(MILESTONES, [row])
        transaction.set_rollback(True)
    mark_unsaved(row.record)
    assert (row.record.pk, row.record.entry_ptr_id, row.record._state.adding) == (None, None, True)
    write(MILESTONES, [row])
    assert Milestone.objects.get().pk == row.record.pk


@pytest.fixture
def forgotten_constraint():
    """A table constraint that neither a field nor clean() checks, as a later change might add."""
    constraint = CheckConstraint(
        name="timeline_organization_is_no_office",
        condition=~Q(title="办公室"),
        violation_error_message=gettext_lazy("A policy has no relation to itself."),
    )
    constraints = Organization._meta.constraints
    # Set before the table is altered: SQLite recreates the table from the model's constraints.
    Organization._meta.constraints = [*constraints, constraint]
    with altering_tables() as editor:
        editor.add_constraint(Organization, constraint)
    yield
    Organization._meta.constraints = constraints
    with altering_tables() as editor:
        editor.remove_constraint(Organization, constraint)


@contextlib.contextmanager
def altering_tables():
    """Change tables without the triggers of the content version, which read them, as `migrate` does."""
    content_triggers.remove(connection)
    with connection.schema_editor() as editor:
        yield editor
    content_triggers.create(connection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forgotten_constraint")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_only_a_constraint_refuses_is_said_in_its_words_with_row_and_column(language):
    with translation.override(language):
        words = gettext("A policy has no relation to itself.")
        report = import_rows(
            organizations=[{"slug": "city", "title": "市府"}, {"slug": "office", "title": "办公室"}]
        )
        assert [str(problem) for problem in report.problems] == [
            str(Problem(FileLocation("content.yaml", "organizations", 2, 5), words, "title", "办公室"))
        ]
    assert words in str(report.problems[0])
    assert not Organization.objects.exists()
