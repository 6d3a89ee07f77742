"""Saves what a form says: compares, writes, records and performs a transition, in one transaction.

Each function answers with a value: `Saved`, `Unchanged`, `Conflict` or `Refused`.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from timeline.editing.conflicts import ColumnMerge, resolved_row, row_digest, three_way_merge
from timeline.editing.revisions import record_revision, reload_as_kind
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Entry, Revision, SentForm
from timeline.rows.tables import Table, WholeRow, table_of
from timeline.rows.validation import validate
from timeline.workflow import NotPublishableError, Transition

_P = ParamSpec("_P")


@dataclass(frozen=True)
class Edit:
    """Who saves, why, and the transition to perform after saving, with its arguments.

    `read_number` is the number of the newest revision that the user has read before the transition.
    `may_create` is whether the user may put back a record that was deleted meanwhile.
    """

    by: AbstractUser
    comment: str = ""
    transition: Transition | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    read_number: int = 0
    may_create: bool = True


@dataclass(frozen=True)
class Saved:
    """The record is saved, or its working copy is. `revision` is None if there was nothing to record.

    `transition` is the one that was performed, `is_recreated` whether the record had been deleted meanwhile,
    `is_resubmission` whether the same form had created the record before.
    """

    record: models.Model
    revision: Revision | None = None
    is_working_copy: bool = False
    transition: Transition | None = None
    is_recreated: bool = False
    is_resubmission: bool = False


@dataclass(frozen=True)
class Unchanged:
    """The record is as the form says. `is_repeated` is whether it became so after the form was opened."""

    record: models.Model
    is_repeated: bool = False


@dataclass(frozen=True)
class Conflict:
    """Nothing is saved: somebody else changed the record since the form was opened.

    `errors` are the reasons why the chosen sides cannot be saved.
    """

    record: models.Model
    base: WholeRow
    theirs: WholeRow
    mine: WholeRow
    columns: list[ColumnMerge]
    errors: list[str] = field(default_factory=list)

    @classmethod
    def between(cls, record: models.Model, base: WholeRow, theirs: WholeRow, mine: WholeRow) -> "Conflict":
        columns = three_way_merge(table_of(type(record)), base, theirs, mine)
        return cls(record, base, theirs, mine, columns)


@dataclass(frozen=True)
class Refused:
    """Nothing is saved. `messages` has the reasons by field, those that concern no field under "".

    `unread` is the revision that the user must read before the transition.
    """

    messages: Mapping[str, list[str]]
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
            reasons = [(objection.field, [objection.message]) for objection in refusal.objections]
        except ValidationError as refusal:
            by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
            reasons = [("" if name == NON_FIELD_ERRORS else name, found) for name, found in by_field.items()]
        except ProtectedError as refusal:
            reasons = [("", [str(refusal.args[0])])]
        messages: dict[str, list[str]] = {}
        for name, found in reasons:
            messages.setdefault(name, []).extend(found)
        return Refused(messages)

    return answer


def editable_row(table: Table, record: models.Model) -> WholeRow:
    """Return the row that editors work on: that of the working copy, or the stored one."""
    copy = find_working_copy(record) if isinstance(record, Entry) else None
    return copy.content if copy else table.whole_row_of(record)


@_in_transaction
def save(table: Table, key: int, *, base: WholeRow, row: WholeRow, edit: Edit) -> Answer:
    """Save a change of the record. `base` is the state that its form was opened on.

    A record that was deleted meanwhile is put back, without the transition: nobody has reviewed it. Raises
    PermissionDenied if the user may not create it.
    """
    record = _locked(table, key)
    if record is None:
        return _recreate(table, key, row, edit)
    if edit.transition:
        last = Revision.objects.for_entry(record).by_number().select_related("created_by").last()
        if last and last.number != edit.read_number:
            return Refused({}, last)
    present = editable_row(table, record)
    if base != present:
        return _repeat(record, edit) if row == present else Conflict.between(record, base, present, row)
    if row == present and not edit.transition and isinstance(record, Entry) and record.is_ever_public:
        return Unchanged(record)
    return _write(table, record, row, edit, is_changed=row != present)


def create(table: Table, row: WholeRow, *, token: uuid.UUID | None, edit: Edit) -> Answer:
    """Create a record. An empty slug is generated.

    A form that is sent again, which its token tells, changes the record that it has created.
    """

    def attempt() -> Answer:
        sent = find_sent_form(table, token)
        return _save_again(table, sent, row, edit) if sent else _create(table, row, token, edit)

    try:
        answer = attempt()
    except IntegrityError:
        answer = None
    if answer is None or (isinstance(answer, Refused) and "slug" in answer.messages):
        # A concurrent request may have taken the slug or be the same form: this is visible only now.
        return attempt()
    return answer


def find_sent_form(table: Table, token: uuid.UUID | None) -> SentForm | None:
    """Return what a form has created before, or None."""
    return SentForm.objects.filter(token=token, table=table.name).first() if token else None


@_in_transaction
def _create(table: Table, row: WholeRow, token: uuid.UUID | None, edit: Edit) -> Answer:
    record = table.model()
    answer = _write(table, record, row, edit)
    if token:
        SentForm.objects.expired().delete()
        content = table.whole_row_of(record)
        SentForm.objects.create(token=token, table=table.name, record=record.pk, content=content)
    return answer


@_in_transaction
def _save_again(table: Table, sent: SentForm, row: WholeRow, edit: Edit) -> Answer:
    record = _locked(table, sent.record)
    if record is None:
        # Created, deleted and sent again.
        token = sent.token
        sent.delete()
        answer = _create(table, row, token, edit)
        return replace(answer, is_recreated=True) if isinstance(answer, Saved) else answer
    row = {**row, "slug": row["slug"] or sent.content["slug"]}
    if row == sent.content:
        return _repeat(record, edit)
    present = editable_row(table, record)
    if present != sent.content:
        return Conflict.between(record, sent.content, present, row)
    return replace(_write(table, record, row, _unless_performed(record, edit)), is_resubmission=True)


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

    `seen` is the digest of their row as the user saw it. `with_public_text` is whether the conflict is
    between the working copy and the public text, on which the result is based.
    """

    def conflict_of(record: models.Model) -> Conflict:
        theirs = table.whole_row_of(record) if with_public_text else editable_row(table, record)
        return Conflict.between(record, base, theirs, mine)

    @_in_transaction
    def save_chosen() -> Answer:
        record = _locked(table, key)
        if record is None:
            return _recreate(table, key, mine, edit)
        conflict = conflict_of(record)
        chosen = {column.name: sides.get(column.name, "") for column in conflict.columns}
        is_decided = all(chosen[column.name] in column.sides for column in conflict.columns)
        if seen != row_digest(conflict.theirs) or not is_decided:
            return conflict
        row = resolved_row(table, base, conflict.theirs, mine, chosen)
        return _write(table, record, row, edit, rebase=with_public_text)

    answer = save_chosen()
    if isinstance(answer, Refused) and (record := _find(table, key)) is not None:
        return replace(conflict_of(record), errors=[*chain.from_iterable(answer.messages.values())])
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


def _recreate(table: Table, key: int, row: WholeRow, edit: Edit) -> Answer:
    if not edit.may_create:
        raise PermissionDenied
    return replace(_write(table, table.model(pk=key), row, replace(edit, transition=None)), is_recreated=True)


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
        perform_transition(record, edit.transition.name, by=edit.by, **edit.inputs)
        record = reload_as_kind(record)
    return Saved(record, revision, is_working_copy, edit.transition)


def _repeat(record: models.Model, edit: Edit) -> Unchanged:
    """What the form says is saved already; only its transition may be left to perform."""
    transition = _unless_performed(record, edit).transition
    if transition and isinstance(record, Entry):
        perform_transition(record, transition.name, by=edit.by, **edit.inputs)
    return Unchanged(record, is_repeated=True)


def _unless_performed(record: models.Model, edit: Edit) -> Edit:
    """Return the edit without its transition if the first of two requests with one form has performed it."""
    is_performed = edit.transition and getattr(record, "status", "") not in edit.transition.sources
    return replace(edit, transition=None) if is_performed else edit
