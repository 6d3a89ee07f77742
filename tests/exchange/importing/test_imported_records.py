"""An entry that an import wrote: what undoing the import does with it."""

import pytest

from tests.factories import make_editor, make_milestone, make_source
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.imported_records import imported_records
from timeline.models import Milestone

pytestmark = pytest.mark.django_db

CITED = "- {slug: launch, title: 启动, citations: [{source: daily, locator: ¶1}]}"


def imported(folder, text=CITED, **kw):
    make_source(slug="daily")
    batch = import_files([folder(milestones=text)], by=make_editor(), **kw).batch
    (found,) = imported_records(batch, Milestone, [*batch.revisions.all()], locked=False).values()
    return found


def test_a_new_draft_is_removed(folder):
    found = imported(folder)
    assert (found.removes, found.withdraws, found.former_row, found.was_undone) == (True, False, None, False)


def test_what_it_published_is_withdrawn(folder):
    found = imported(folder, publish=True)
    assert (found.removes, found.withdraws, found.former_row) == (False, True, None)


def test_what_it_changed_has_its_former_row(folder):
    make_milestone(slug="launch", title="原题")
    found = imported(folder, "- {slug: launch, title: 改题}")
    assert (found.removes, found.withdraws, found.former_row["title"]) == (False, False, "原题")


def test_what_was_removed_since_is_not_found(folder):
    make_source(slug="daily")
    batch = import_files([folder(milestones=CITED)], by=make_editor()).batch
    Milestone.objects.all().delete()
    assert imported_records(batch, Milestone, [*batch.revisions.all()], locked=False) == {}
