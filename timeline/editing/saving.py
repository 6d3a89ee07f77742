"""Saves what a form says: compares, writes, records and performs a transition, in one transaction."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import models

from timeline.editing.answers import Answer, Conflict, Refused, Saved, Unchanged, in_transaction
from timeline.editing.conflicts import resolved_row, row_digest
from timeline.editing.revisions import record_revision, reload_as_kind
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Entry, Revision, SentForm
from timeline.rows.tables import Table, WholeRow
from timeline.rows.validation import validate
from timeline.workflow import Transition


@dataclass(frozen=True)
class Edit:
    """Who saves, why, and the transition to perform after saving, with its other arguments.

    `seen_number` is the number of the newest revision that the user has read before the transition.
    `may_create` is whether the user may put back a record that was deleted meanwhile.
    """

    by: AbstractUser
    comment: str = ""
    transition: Transition | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    seen_number: int = 0
    may_create: bool = True


def editable_row(table: Table, record: models.Model) -> WholeRow:
    """Return the row that editors work on: that of the working copy, or the stored one."""
    copy = find_working_copy(record) if isinstance(record, Entry) else None
    return copy.content if copy else table.whole_row_of(record)


@in_transaction
def save(table: Table, key: int, *, base: WholeRow, row: WholeRow, edit: Edit) -> Answer:
    """Save a change of the record. `base` is the state that its form was opened on.

    A record that was deleted meanwhile is put back, without the transition: nobody has reviewed it. Raises
    PermissionDenied if the user may not create it.
    """
    record = _locked(table, key)
    if record is None:
        return _put_back(table, key, row, edit)
    if edit.transition and editable_row(table, record) in (base, row):
        last = Revision.objects.for_entry(record).by_number().select_related("created_by").last()
        if last and last.number != edit.seen_number:
            return Refused({}, last)
    return _save_over(table, record, base, row, edit)


@in_transaction
def create(table: Table, row: WholeRow, *, token: uuid.UUID | None, edit: Edit) -> Answer:
    """Create a record. An empty slug is generated.

    A form that is sent again, which its token tells, changes the record that it has created, or creates
    another if that was deleted.
    """
    sent = find_sent_form(table, token)
    record = _locked(table, sent.record) if sent else None
    if sent and record:
        row = {**row, "slug": row["slug"] or sent.content["slug"]}
        edit = _without_done_transition(record, edit)
        if row == sent.content and not edit.transition:
            return Unchanged(record, is_repeated=True)
        answer = _save_over(table, record, sent.content, row, edit)
        if not isinstance(answer, Saved):
            return answer
        # The form may be sent once more, also with its first values.
        sent.content = editable_row(table, answer.record)
        sent.save()
        return replace(answer, is_resubmission=True)
    saved = _write(table, table.model(), row, edit)
    if sent:
        sent.delete()
    if token:
        SentForm.objects.expired().delete()
        content = table.whole_row_of(saved.record)
        SentForm.objects.create(token=token, table=table.name, record=saved.record.pk, content=content)
    return replace(saved, is_recreated=sent is not None)


def find_sent_form(table: Table, token: uuid.UUID | None) -> SentForm | None:
    """Return what a form has created before, or None."""
    return SentForm.objects.filter(token=token, table=table.name).first() if token else None


def resolve(
    table: Table,
    key: int,
    *,
    base: WholeRow,
    mine: WholeRow,
    seen: str,
    sides: Mapping[str, str],
    edit: Edit,
    with_public_text: bool = False,
) -> Answer:
    """Save the chosen side of each column of a conflict. Returns the conflict again if that cannot be.

    `seen` is the digest of their row as the user saw it. A conflict with the public text results in a working
    copy that is based on that text.
    """

    def conflict_of(record: models.Model) -> Conflict:
        theirs = table.whole_row_of(record) if with_public_text else editable_row(table, record)
        return Conflict(record, base, theirs, mine, with_public_text)

    @in_transaction
    def save_chosen() -> Answer:
        record = _locked(table, key)
        if record is None:
            return _put_back(table, key, mine, edit)
        conflict = conflict_of(record)
        chosen = {column.name: sides.get(column.name, "") for column in conflict.columns}
        is_decided = all(chosen[column.name] in column.sides for column in conflict.columns)
        if seen != row_digest(conflict.theirs) or not is_decided:
            return conflict
        row = resolved_row(table, base, conflict.theirs, mine, chosen)
        return _write(table, record, row, edit, rebase=with_public_text)

    answer = save_chosen()
    if isinstance(answer, Refused) and (record := _find(table, key)) is not None:
        return replace(conflict_of(record), errors=answer.reasons)
    return answer


def _find(table: Table, key: int) -> models.Model | None:
    return table.model._default_manager.filter(pk=key).first()


def _locked(table: Table, key: int) -> models.Model | None:
    """Return the record, locked: concurrent saves wait here, and then find their form outdated."""
    if issubclass(table.model, Entry):
        Entry.lock(key)
    else:
        rows = table.model._default_manager.select_for_update(no_key=True)
        rows.filter(pk=key).order_by().values_list("pk").first()
    return _find(table, key)


def _put_back(table: Table, key: int, row: WholeRow, edit: Edit) -> Answer:
    """Create a record that was deleted meanwhile again, under its key."""
    if not edit.may_create:
        raise PermissionDenied
    return replace(_write(table, table.model(pk=key), row, replace(edit, transition=None)), is_recreated=True)


def _save_over(table: Table, record: models.Model, base: WholeRow, row: WholeRow, edit: Edit) -> Answer:
    """Save the row, unless the record is not as the base any more. If it is as the row already, that is no conflict."""
    present = editable_row(table, record)
    is_changed, is_outdated = row != present, base != present
    if is_outdated:
        if is_changed:
            return Conflict(record, base, present, row)
        edit = _without_done_transition(record, edit)
    is_entry_with_public_text = isinstance(record, Entry) and record.is_ever_public
    if not is_changed and not edit.transition and (is_outdated or is_entry_with_public_text):
        return Unchanged(record, is_repeated=is_outdated)
    return _write(table, record, row, edit, is_changed=is_changed)


def _without_done_transition(record: models.Model, edit: Edit) -> Edit:
    """Return the edit without its transition if the first of two requests with one form has performed it."""
    is_done = edit.transition and getattr(record, "status", "") not in edit.transition.sources
    return replace(edit, transition=None) if is_done else edit


def _write(
    table: Table,
    record: models.Model,
    row: WholeRow,
    edit: Edit,
    *,
    is_changed: bool = True,
    rebase: bool = False,
) -> Saved:
    """Write the row, record it as a revision, and perform the transition.

    The row of an entry that is or was public becomes its working copy. Other records have no revisions.
    """
    is_working_copy = isinstance(record, Entry) and record.is_ever_public
    if is_changed and not is_working_copy:
        table.apply(record, row)
    if not isinstance(record, Entry):
        return Saved(record)
    # A transition has a revision of its own, with the comment.
    comment, revision = "" if edit.transition else edit.comment, None
    if not is_working_copy:
        revision = record_revision(record, by=edit.by, comment=comment)
    elif is_changed:
        validate(table, record.pk, row)
        revision = save_working_copy(record, row, by=edit.by, comment=comment, rebase=rebase)
    if edit.transition:
        perform_transition(record, edit.transition.name, by=edit.by, comment=edit.comment, **edit.inputs)
        record = reload_as_kind(record)
    return Saved(record, revision, is_working_copy, edit.transition)
