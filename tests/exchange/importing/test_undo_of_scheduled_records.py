"""Imports that change what is scheduled, and their undoing: what it names comes along and follows."""

import pytest
from django.utils import timezone

from tests.copies import DAY, do, make_member, schedule
from tests.dry_runs import content
from tests.factories import make_citation, make_milestone, make_topic, make_user
from timeline.accounts.roles import REVIEWERS
from timeline.editing.assignments import assign
from timeline.editing.integrity import violations
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.models import Assignment, Topic
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def all_is_sound():
    yield
    assert list(violations()) == []


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS)


@pytest.fixture
def tomorrow():
    return timezone.now() + DAY


@pytest.fixture
def launch(reviewer, tomorrow):
    """A scheduled milestone that names a draft."""
    entry = make_milestone(slug="launch", topics=[make_topic(slug="former", published=False)])
    make_citation(entry)
    record_revision(entry, by=make_user())
    entry.publish(by=reviewer, public_from=tomorrow)
    return entry


def statuses():
    return dict(Topic.objects.values_list("slug", "status"))


def import_topics(by, *slugs, publish=True):
    rows = {
        "topics": [{"slug": "new", "title": "新题"}],
        "milestones": [{"slug": "launch", "topics": [*slugs]}],
    }
    report = import_files(content(**rows), by=by, publish=publish)
    assert report.problems == []
    return report.batch


def test_what_a_scheduled_record_no_longer_names_is_a_draft_again_and_undoing_schedules_it(
    launch, reviewer, tomorrow
):
    batch = import_topics(reviewer, "new")
    assert statuses() == {"former": Status.DRAFT, "new": Status.PUBLISHED}
    done = undo(batch, by=reviewer)
    assert [*launch.topics.values_list("slug", "published_at")] == [("former", tomorrow)]
    assert done.skipped == []
    assert Topic.objects.get(slug="former").status == Status.PUBLISHED


def test_undoing_calls_off_a_draft_that_came_along_with_the_change(launch, reviewer):
    record_revision(make_topic(slug="other", published=False), by=make_user())
    batch = import_topics(reviewer, "former", "other")
    assert statuses()["other"] == Status.PUBLISHED
    undo(batch, by=reviewer)
    assert statuses() | {"new": ""} == {"former": Status.PUBLISHED, "other": Status.DRAFT, "new": ""}


def test_a_scheduled_change_of_an_import_that_is_undone_leaves_no_draft_behind(reviewer):
    entry = make_milestone(slug="launch", published=True)
    record_revision(entry, by=reviewer)
    make_topic(slug="other", published=False)
    batch = import_topics(make_user(), "other", publish=False)
    schedule(entry, reviewer)
    assert statuses()["other"] == Status.PUBLISHED
    assert undo(batch, by=reviewer).skipped == []
    assert find_scheduled_copy(entry) is find_working_copy(entry) is None
    assert statuses() == {"other": Status.DRAFT}


def test_a_change_of_an_import_that_is_undone_is_assigned_to_nobody(reviewer):
    entry = make_milestone(slug="launch", published=True)
    record_revision(entry, by=reviewer)
    batch = import_topics(make_user(), "new", publish=False)
    do(entry, "submit", reviewer)
    assign(entry, reviewer, by=reviewer)
    assert Assignment.objects.exists()
    undo(batch, by=reviewer)
    assert not Assignment.objects.exists()


def test_what_was_scheduled_for_later_and_became_public_with_the_import_stays_so(reviewer, tomorrow):
    topic = make_topic(slug="data", published=False)
    topic.publish(by=reviewer, public_from=tomorrow)
    rows = [{"slug": "launch", "title": "启动", "topics": ["data"], "citations": [{"source": "daily"}]}]
    files = content(sources=[{"slug": "daily", "title": "日报"}], milestones=rows)
    batch = import_files(files, by=reviewer, publish=True).batch
    assert Topic.objects.published().exists()
    done = undo(batch, by=reviewer)
    assert (done.withdrawn, done.skipped) == (2, [])
    assert Topic.objects.published().exists()
