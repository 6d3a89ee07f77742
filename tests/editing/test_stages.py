"""The stages of entries: each entry is at one, the same in a query and for an instance."""

import pytest
from django.db import connection

from tests.factories import make_editor, make_milestone, make_user
from tests.query_plans import query_plan
from tests.statuses import SCHEDULED, in_status
from timeline.editing.stages import STAGES, at_stage, is_copy_missed, is_copy_returned, is_returned, stage_of
from timeline.editing.working_copies import save_working_copy
from timeline.models import Entry, Revision
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def entries():
    """An entry at each stage, by the name of the stage."""
    made = {status: in_status(status) for status in (*Status.values, SCHEDULED)}
    made["returned"] = in_status(Status.REVIEW)
    made["returned"].send_back(by=make_user(), comment="缺少出处")
    return made


def test_stages_come_in_the_order_of_the_workflow():
    names = ["draft", "returned", "review", "scheduled", "published", "revised", "withdrawn"]
    assert [name for name in STAGES if name in names] == names
    assert {*Status.values} <= {*STAGES}
    assert [*STAGES] == [stage.name for stage in STAGES.values()]


def test_each_entry_is_at_one_stage(entries):
    found = {name: [*at_stage(Entry.objects.all(), name)] for name in STAGES}
    for of_copies in [name for name in found if name.startswith("change_") or name == "revised"]:
        assert found.pop(of_copies) == []
    assert found == {name: [Entry.objects.get(pk=entries[name].pk)] for name in found}
    assert sum(map(len, found.values())) == Entry.objects.count()


def test_an_entry_says_its_stage(entries):
    returned = {revision.record for revision in Revision.objects.sent_back()}
    for name, entry in entries.items():
        entry.refresh_from_db()
        assert stage_of(entry, is_returned=entry.pk in returned).name == name


def test_what_has_a_working_copy_is_at_two_stages():
    entry = make_milestone(published=True)
    save_working_copy(entry, {"title": "改题"}, by=make_editor())
    for name in ("published", "revised"):
        assert [one.pk for one in at_stage(Entry.objects.all(), name)] == [entry.pk]


def test_no_stage_is_no_condition(entries):
    assert at_stage(Entry.objects.all(), "nowhere").count() == len(entries)
    assert at_stage(Entry.objects.all(), "None").count() == len(entries)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by the sizes of tables.")
@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (is_returned, "timeline_revision_sent_back"),
        (is_copy_returned, "timeline_revision_sent_back"),
        (is_copy_missed, "timeline_revision_not_applied"),
    ],
)
def test_what_was_sent_back_or_missed_its_time_is_found_by_an_index(condition, index):
    steps = query_plan(Entry.objects.annotate(found=condition(Entry)))
    assert any(index in step for step in steps)
