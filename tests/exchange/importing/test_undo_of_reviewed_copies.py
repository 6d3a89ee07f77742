"""Undoing an import whose changes of public entries were submitted, or were begun over a scheduled change."""

import pytest

from tests.copies import do, make_member, make_revised, schedule
from tests.factories import make_milestone, make_user
from timeline.accounts.roles import REVIEWERS
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.undo import undo
from timeline.models import ImportBatch, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS)


def test_a_submitted_change_of_an_import_is_undone(folder, reviewer):
    entry = make_milestone(slug="launch", title="原题", published=True)
    record_revision(entry, by=reviewer)
    import_files([folder(milestones="- {slug: launch, summary: 导入的摘要}")], by=make_user())
    do(entry, "submit", reviewer)
    result = undo(ImportBatch.objects.get(), by=reviewer)
    assert (result.restored, result.skipped) == (1, [])
    assert find_working_copy(entry) is None
    assert Revision.objects.for_record(entry).by_number().last().action == "discarded"


def test_what_an_import_changed_over_a_scheduled_change_is_undone_and_that_stays(folder, reviewer):
    entry = make_revised(make_user(), slug="launch")
    scheduled = schedule(entry, reviewer)
    import_files([folder(milestones="- {slug: launch, summary: 导入的摘要}")], by=make_user())
    assert find_working_copy(entry).content == scheduled.content | {"summary": "导入的摘要"}
    assert undo(ImportBatch.objects.get(), by=reviewer).skipped == []
    assert find_working_copy(entry).pk == find_scheduled_copy(entry).pk == scheduled.pk


def test_a_scheduled_change_of_an_import_is_undone_before_its_time(folder, reviewer):
    entry = make_milestone(slug="launch", title="原题", published=True)
    record_revision(entry, by=reviewer)
    import_files([folder(milestones="- {slug: launch, summary: 导入的摘要}")], by=make_user())
    schedule(entry, reviewer)
    assert undo(ImportBatch.objects.get(), by=reviewer).skipped == []
    assert find_scheduled_copy(entry) is find_working_copy(entry) is None
