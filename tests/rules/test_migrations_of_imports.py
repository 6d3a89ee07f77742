"""What former versions stored of imports of reference records is in revisions, which undo them."""

import pytest
from django.core.management import call_command

from tests import factories as make
from tests.factories import make_user
from tests.former_models import former_models
from timeline.accounts.importing_account import IMPORTER
from timeline.editing.answers import Saved
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import violations
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.importing.undo import undo
from timeline.models import ImportBatch, Revision
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_migrations", "english")]


@pytest.mark.long
def test_an_import_from_before_reference_records_had_revisions_is_undone_by_them():
    """There and back: what former versions stored of imports besides is in revisions, and these give it again."""
    user, other = make_user(), make_user()
    changed, edited = make.make_topic(title="改题"), make.make_topic(title="后来改的")
    created, table = make.make_topic(title="新题"), TABLES["topics"]
    rows = {one.title: table.whole_row_of(one) for one in (changed, edited, created)}
    first = ImportBatch.objects.create(created_by=user, note="初次")
    second = ImportBatch.objects.create(created_by=other)
    before, between = ({**rows["改题"], "title": title} for title in ("原题", "其间"))
    stored = [
        (first.pk, "topics", changed.pk, before, between),
        (
            first.pk,
            "topics",
            edited.pk,
            {**rows["后来改的"], "title": "原"},
            {**rows["后来改的"], "title": "甲"},
        ),
        (first.pk, "topics", created.pk, None, rows["新题"]),
        (second.pk, "topics", changed.pk, between, rows["改题"]),
    ]
    names = ("batch_id", "table", "record", "before", "after")
    try:
        call_command("migrate", "timeline", "0017", verbosity=0)
        records = (
            former_models("0017_constraints_of_references").get_model("timeline", "importedrecord").objects
        )
        for values in stored:
            records.create(**dict(zip(names, values, strict=True)))
        call_command("migrate", "timeline", verbosity=0)
        states = Revision.objects.for_record(changed).by_number()
        assert [(one.number, one.action, one.batch_id, one.content["title"]) for one in states] == [
            (1, "saved", None, "原题"), (2, "imported", first.pk, "其间"), (3, "imported", second.pk, "改题"),
        ]  # fmt: skip
        (of_new,) = created.revisions.all()
        assert (of_new.created_by, of_new.comment, of_new.created_at) == (user, "初次", first.created_at)
        assert (of_new.status, of_new.kind, of_new.title) == ("published", "", "新题")
        call_command("migrate", "timeline", "0017", verbosity=0)
        assert sorted(records.values_list(*names)) == sorted(stored)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    assert Revision.objects.for_record(changed).count() == 3
    done = undo(first, by=user)
    assert (done.withdrawn, done.restored, {record for record, _why in done.skipped}) == (
        1, 0, {"改题", "后来改的"},
    )  # fmt: skip
    assert undo(second, by=user).restored == 1
    assert undo(first, by=user).restored == 1
    assert table.model.objects.get(pk=changed.pk).title == "原题"
    assert [*violations()] == []


@pytest.mark.long
def test_what_was_edited_after_its_import_in_a_former_version_is_changed_and_published():
    """Such an edit left no revision: without one, each change would rest on a text that is not the present one."""
    user, table = make_user(), TABLES["topics"]
    edited = make.make_topic(title="后来改的")
    row = table.whole_row_of(edited)
    batch = ImportBatch.objects.create(created_by=user)
    try:
        call_command("migrate", "timeline", "0017", verbosity=0)
        former_models("0017_constraints_of_references").get_model(
            "timeline", "importedrecord"
        ).objects.create(
            batch_id=batch.pk, table="topics", record=edited.pk, before=None, after={**row, "title": "导入时"}
        )
    finally:
        call_command("migrate", "timeline", verbosity=0)
    save_working_copy(edited, {**row, "title": "改题"}, by=user)
    assert isinstance(perform_copy_transition(edited, "publish", by=user), Saved)
    states = Revision.objects.for_record(edited).applied()
    assert [(one.action, one.content["title"], one.is_minor) for one in states] == [
        ("imported", "导入时", False), ("saved", "后来改的", True), ("revised", "改题", False),
    ]  # fmt: skip
    assert states[1].created_by.get_username() == IMPORTER
    (skipped,) = undo(batch, by=user).skipped
    assert skipped[0] == "改题"
