"""Saves what a form says: compares, writes, records and performs a transition, in one transaction.

Each function answers with a value: `Saved`, `Unchanged`, `Conflict` or `Refused`.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import ParamSpec

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from timeline.editing.conflicts import ColumnMerge, resolved_row, row_digest, three_way_merge
from timeline.editing.revisions import record_revision, reload_as_kind
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Entry, Revision, SentForm
from timeline.rows.tables import Table, WholeRow
from timeline.workflow import NotPublishableError, Transition

_P = ParamSpec("_P")


@dataclass(frozen=True)
class Step:
    """A transition to perform after saving, with its arguments.

    `read_number` is the number of the newest revision that the user has read.
    """

    transition: Transition
    inputs: Mapping[str, object]
    read_number: int = 0


@dataclass(frozen=True)
class Edit:
    """Who saves, why, and the step to take with it.

    `may_create` is whether the user may put back a record that was deleted meanwhile.
    """

    by: AbstractUser
    comment: str = ""
    step: Step | None = None
    may_create: bool = True

    @property
    def saving_comment(self) -> str:
        """The comment of the revision that records the new state; a step has a revision of its own."""
        return "" if self.step else self.comment


@dataclass(frozen=True)
class Saved:
    """The record is saved, or its working copy is; `revision` is None if there was nothing to record."""

    record: models.Model
    revision: Revision | None = None
    is_working_copy: bool = False
    # The transition that was performed.
    transition: Transition | None = None
    # Whether the record had been deleted meanwhile.
    is_recreated: bool = False
    # Whether the form had created the record before.
    is_resubmission: bool = False


@dataclass(frozen=True)
class Unchanged:
    """The record is as the form says. `is_repeated` is whether it was saved since the form was opened."""

    record: models.Model
    is_repeated: bool = False


@dataclass(frozen=True)
class Conflict:
    """Nothing is saved: somebody else changed the record since the form was opened."""

    record: models.Model
    base: WholeRow
    theirs: WholeRow
    mine: WholeRow
    columns: list[ColumnMerge]
    # Why the chosen columns cannot be saved.
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refused:
    """Nothing is saved. `messages` has the reasons by field, those that concern no field under ""."""

    messages: Mapping[str, list[str]]
    # The revision that the user must read before the step is taken.
    unread: Revision | None = None


Answer = Saved | Unchanged | Conflict | Refused


def _in_transaction(save: Callable[_P, Answer]) -> Callable[_P, Answer]:
    """Run the function in a transaction. If it is refused, roll back and return every reason."""

    @wraps(save)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> Answer:
        try:
            with transaction.atomic():
                return save(*args, **kwargs)
        except NotPublishableError as refusal:
            messages: dict[str, list[str]] = {}
            for objection in refusal.objections:
                messages.setdefault(objection.field, []).append(objection.message)
            return Refused(messages)
        except ValidationError as refusal:
            by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
            return Refused({name.replace(NON_FIELD_ERRORS, ""): found for name, found in by_field.items()})
        except ProtectedError as refusal:
            return Refused({"": [str(refusal.args[0])]})

    return answer


def editable_state(table: Table, record: models.Model) -> tuple[WholeRow, dict[str, list[int]]]:
    """Return the row that editors work on and the keys of its parts: the working copy or the stored row."""
    copy = find_working_copy(record) if isinstance(record, Entry) else None
    return (copy.content, {}) if copy else table.whole_row_and_keys_of(record)


@_in_transaction
def save(table: Table, key: int, *, base: WholeRow, row: WholeRow, edit: Edit) -> Answer:
    """Save a change of the record. `base` is the state that its form was opened on.

    A record that was deleted meanwhile is put back as it is in the row, without the step: nobody has reviewed
    it. Raises PermissionDenied if the user may not create it.
    """
    _lock(table, key)
    record = _find(table, key)
    if record is None:
        return _recreate(table, key, row, edit)
    if edit.step and (unread := _unread_revision(record, edit.step)):
        return Refused({}, unread)
    present, _keys = editable_state(table, record)
    if row == present != base:
        _step(record, _without_step_taken(record, edit))
        return Unchanged(record, is_repeated=True)
    if base != present:
        return _conflict(table, record, base, present, row)
    return _save_row(table, record, present, row, edit)


def create(table: Table, row: WholeRow, *, token: uuid.UUID | None, edit: Edit) -> Answer:
    """Create a record. An empty slug is generated.

    A form that is sent again, which its token tells, changes the record that it has created.
    """
    if sent := find_sent_form(table, token):
        return _save_again(table, sent, row, edit)
    try:
        return _create(table, row, token, edit)
    except IntegrityError:
        # A concurrent request has taken the slug or is the same form: this is visible only now.
        if sent := find_sent_form(table, token):
            return _save_again(table, sent, row, edit)
        return _create(table, row, token, edit)


def find_sent_form(table: Table, token: uuid.UUID | None) -> SentForm | None:
    """Return what a form has created before, or None."""
    return SentForm.objects.filter(token=token, table=table.name).first() if token else None


@_in_transaction
def _create(table: Table, row: WholeRow, token: uuid.UUID | None, edit: Edit) -> Answer:
    record = table.model()
    table.apply(record, row)
    if token:
        SentForm.objects.expired().delete()
        SentForm.objects.create(
            token=token, table=table.name, record=record.pk, content=table.whole_row_of(record)
        )
    return _record(record, edit)


@_in_transaction
def _save_again(table: Table, sent: SentForm, row: WholeRow, edit: Edit) -> Answer:
    _lock(table, sent.record)
    record = _find(table, sent.record)
    if record is None:
        # Created, deleted and sent again.
        sent.delete()
        answer = _create(table, row, sent.token, edit)
        return replace(answer, is_recreated=True) if isinstance(answer, Saved) else answer
    row = {**row, "slug": row["slug"] or sent.content["slug"]}
    edit = _without_step_taken(record, edit)
    if row == sent.content:
        _step(record, edit)
        return Unchanged(record, is_repeated=True)
    present, _keys = editable_state(table, record)
    if present != sent.content:
        return _conflict(table, record, sent.content, present, row)
    answer = _save_row(table, record, present, row, edit)
    return replace(answer, is_resubmission=True) if isinstance(answer, Saved) else answer


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
    """Save the chosen side of each column of a conflict; returns the conflict again if that cannot be.

    `seen` is the digest of their row as the user saw it. `with_public_text` is whether the conflict is
    between the working copy and the public text, on which the result is based.
    """

    def conflict_of(record: models.Model) -> Conflict:
        theirs = table.whole_row_of(record) if with_public_text else editable_state(table, record)[0]
        return _conflict(table, record, base, theirs, mine)

    @_in_transaction
    def save_chosen() -> Answer:
        _lock(table, key)
        record = _find(table, key)
        if record is None:
            return _recreate(table, key, mine, edit)
        conflict = conflict_of(record)
        chosen = {column.name: sides.get(column.name, "") for column in conflict.columns}
        if seen != row_digest(conflict.theirs) or any(
            chosen[column.name] not in column.sides for column in conflict.columns
        ):
            return conflict
        row = resolved_row(table, base, conflict.theirs, mine, chosen)
        return _write(table, record, row, edit, rebase=with_public_text)

    answer = save_chosen()
    if isinstance(answer, Refused) and (record := _find(table, key)) is not None:
        errors = [message for found in answer.messages.values() for message in found]
        return replace(conflict_of(record), errors=errors)
    return answer


def public_text_conflict(table: Table, entry: Entry, base: WholeRow, copy: Revision) -> Conflict:
    """Return the conflict of a working copy with its entry, which changed since the copy was begun."""
    return _conflict(table, entry, base, table.whole_row_of(entry), copy.content)


def _conflict(
    table: Table, record: models.Model, base: WholeRow, theirs: WholeRow, mine: WholeRow
) -> Conflict:
    return Conflict(record, base, theirs, mine, three_way_merge(table, base, theirs, mine))


def _lock(table: Table, key: int) -> None:
    """Lock the record until the transaction ends: concurrent saves wait, and then find their form outdated."""
    if issubclass(table.model, Entry):
        Entry.lock(key)
    else:
        rows = table.model._default_manager.select_for_update(no_key=True)
        rows.filter(pk=key).order_by().values_list("pk").first()


def _find(table: Table, key: int) -> models.Model | None:
    return table.model._default_manager.filter(pk=key).first()


def _recreate(table: Table, key: int, row: WholeRow, edit: Edit) -> Saved:
    if not edit.may_create:
        raise PermissionDenied
    record = table.model(pk=key)
    table.apply(record, row)
    return replace(_record(record, replace(edit, step=None)), is_recreated=True)


def _save_row(
    table: Table, record: models.Model, present: WholeRow, row: WholeRow, edit: Edit
) -> Saved | Unchanged:
    if row != present:
        return _write(table, record, row, edit)
    if isinstance(record, Entry) and record.is_ever_public and not edit.step:
        return Unchanged(record)
    return _record(record, edit)


def _write(
    table: Table, record: models.Model, row: WholeRow, edit: Edit, *, rebase: bool = False
) -> Saved:
    """Save the row to the record, or as the working copy of an entry that is or was public."""
    if not (isinstance(record, Entry) and record.is_ever_public):
        table.apply(record, row)
        return _record(record, edit)
    table.validate(record.pk, row)
    copy = save_working_copy(record, row, by=edit.by, comment=edit.saving_comment, rebase=rebase)
    return replace(_step(record, edit), revision=copy, is_working_copy=True)


def _record(record: models.Model, edit: Edit) -> Saved:
    """Record the stored state of an entry as a revision, and take the step."""
    if not isinstance(record, Entry):
        return Saved(record)
    revision = None
    if not record.is_ever_public:
        revision = record_revision(record, by=edit.by, comment=edit.saving_comment)
    return replace(_step(record, edit), revision=revision, is_working_copy=record.is_ever_public)


def _step(record: models.Model, edit: Edit) -> Saved:
    if edit.step is None or not isinstance(record, Entry):
        return Saved(record)
    perform_transition(record, edit.step.transition.name, by=edit.by, **edit.step.inputs)
    return Saved(reload_as_kind(record), transition=edit.step.transition)


def _without_step_taken(record: models.Model, edit: Edit) -> Edit:
    """Return the edit without its step if the first of two requests with the same form has taken it."""
    taken = isinstance(record, Entry) and edit.step and record.status not in edit.step.transition.sources
    return replace(edit, step=None) if taken else edit


def _unread_revision(record: models.Model, step: Step) -> Revision | None:
    last = Revision.objects.for_entry(record).by_number().select_related("created_by").last()
    return last if last and last.number != step.read_number else None
