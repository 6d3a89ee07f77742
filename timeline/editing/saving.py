"""Saves what a form says: compares, writes, records and performs a transition, in one transaction."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied

from timeline.editing.answers import (
    Answer,
    Conflict,
    Refused,
    Saved,
    Unchanged,
    in_transaction,
)
from timeline.editing.approvals import Approval, needs_approval, propose_notes
from timeline.editing.checklist import UnconfirmedWarningsError
from timeline.editing.comparison import row_digest
from timeline.editing.conflicts import resolved_row
from timeline.editing.copy_transitions import change_scheduled_copy
from timeline.editing.named_schedules import follow_text, references_of_scheduled
from timeline.editing.new_sources import save_new_sources
from timeline.editing.revisions import record_revision
from timeline.editing.seen_drafts import SeenDrafts, check_seen_drafts, newly_named
from timeline.editing.transitions import applies_to_copy, changes_at_once, perform_transition
from timeline.editing.working_copies import (
    check_nothing_scheduled,
    conflict_with_public_text,
    find_working_copy,
    save_working_copy,
)
from timeline.models import Revision, SentForm, Source
from timeline.models.records import Record
from timeline.rows.tables import Table, WholeRow
from timeline.rows.validation import validate
from timeline.workflow import NotPublishableError, Status, Transition


@dataclass(frozen=True)
class Edit:
    """Who saves, why, and the transition to perform after saving, with its other arguments.

    `seen_number` is the number of the newest revision that the user has read before the transition.
    `seen_drafts` has those of the drafts that a publication takes along, besides those that the user has just named.
    `may_create` is whether the user may put back a record that was deleted meanwhile. Those of `new_sources` are created
    whose slugs the saved row cites.
    """

    by: AbstractUser
    comment: str = ""
    transition: Transition | None = None
    inputs: Mapping[str, datetime.datetime | None] = field(default_factory=dict)
    seen_number: int = 0
    seen_drafts: SeenDrafts | None = None
    may_create: bool = True
    # What the user has decided on a publication; None for one that needs no approval.
    approval: Approval | None = None
    new_sources: Sequence[Source] = ()


def editable_row(table: Table, record: Record) -> WholeRow:
    """Return the row that editors work on: that of the working copy, or the stored one."""
    copy = find_working_copy(record)
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
        last = Revision.objects.for_record(record).by_number().select_related("created_by").last()
        if last and last.number != edit.seen_number:
            return Refused({}, last)
    return _save_over(table, record, base, row, edit)


@in_transaction
def create(table: Table, row: WholeRow, *, token: uuid.UUID | None, edit: Edit) -> Answer:
    """Create a record. An empty slug is generated.

    A form that is sent again, which its token tells, changes the record that it has created, or creates
    another if that was deleted.
    """
    # Whoever creates a record has named all that comes along.
    edit = replace(edit, seen_drafts=None)
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
    saved = _write(table, table.new_record(), row, edit)
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

    def conflict_of(record: Record) -> Conflict:
        return _conflict_of(table, record, base, mine, edit, with_public_text)

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


def find_conflict(
    table: Table, key: int, *, base: WholeRow, mine: WholeRow, edit: Edit, with_public_text: bool = False
) -> Conflict | None:
    """Return the conflict that is to be resolved, as it is at present; None if the record was deleted meanwhile."""
    record = _find(table, key)
    return _conflict_of(table, record, base, mine, edit, with_public_text) if record else None


def _conflict_of(
    table: Table, record: Record, base: WholeRow, mine: WholeRow, edit: Edit, with_public_text: bool
) -> Conflict:
    theirs = table.whole_row_of(record) if with_public_text else editable_row(table, record)
    return Conflict(record, base, theirs, mine, with_public_text, edit.new_sources)


def _find(table: Table, key: int) -> Record | None:
    return table.record_model._default_manager.filter(pk=key).first()


def _locked(table: Table, key: int) -> Record | None:
    """Return the record, locked: concurrent saves wait here, and then find their form outdated."""
    table.record_model.lock(key)
    return _find(table, key)


def _put_back(table: Table, key: int, row: WholeRow, edit: Edit) -> Answer:
    """Create a record that was deleted meanwhile again, under its key."""
    if not edit.may_create:
        raise PermissionDenied
    record = table.new_record(key)
    return replace(_write(table, record, row, replace(edit, transition=None)), is_recreated=True)


def _save_over(table: Table, record: Record, base: WholeRow, row: WholeRow, edit: Edit) -> Answer:
    """Save the row, unless the record is not as the base any more. If it is as the row already, that is no conflict."""
    present = editable_row(table, record)
    is_changed, is_outdated = row != present, base != present
    if is_outdated:
        if is_changed:
            return Conflict(record, base, present, row, new_sources=edit.new_sources)
        edit = _without_done_transition(record, edit)
    if not is_changed and not edit.transition and (is_outdated or record.is_ever_public):
        if _may_propose_notes(record, edit) and propose_notes(record, edit.approval):
            return Saved(record, is_working_copy=True)
        return Unchanged(record, is_repeated=is_outdated)
    if conflict := _conflict_of_publication(record, edit):
        return replace(conflict, mine=row, new_sources=edit.new_sources)
    return _write(table, record, row, edit, is_changed=is_changed)


def _may_propose_notes(record: Record, edit: Edit) -> bool:
    """Whether the user may change what the working copy tells readers: that of a scheduled one was let through."""
    copy = find_working_copy(record)
    return copy is not None and (not copy.is_scheduled or changes_at_once(record, copy, edit.by))


def _conflict_of_publication(record: Record, edit: Edit) -> Conflict | None:
    """Return the conflict of the working copy that is to be published with the public text, or None.

    Raises ValidationError if the copy was begun over a scheduled one, whose text is not public yet.
    """
    if edit.transition is None or not record.is_ever_public:
        return None
    copy = find_working_copy(record)
    if copy is None or copy.is_scheduled or not applies_to_copy(edit.transition, record, copy):
        return None
    if edit.transition.target_of_copy != Status.PUBLISHED:
        return None
    check_nothing_scheduled(copy)
    return conflict_with_public_text(record, copy)


def _without_done_transition(record: Record, edit: Edit) -> Edit:
    """Return the edit without its transition if the first of two requests with one form has performed it."""
    if edit.transition is None:
        return edit
    copy = find_working_copy(record) if record.is_ever_public else None
    applies = edit.transition.applies_to(record.status, is_public=record.is_public)
    applies = applies or copy is not None and applies_to_copy(edit.transition, record, copy)
    return edit if applies else replace(edit, transition=None)


def _write(
    table: Table,
    record: Record,
    row: WholeRow,
    edit: Edit,
    *,
    is_changed: bool = True,
    rebase: bool = False,
) -> Saved:
    """Write the row, record it as a revision, and perform the transition, unless warnings are left to confirm.

    The row of a record that is or was public becomes its working copy, unless it `changes_at_once`.
    """
    if edit.new_sources:
        cited = table.references_in(row)
        new = (source for source in edit.new_sources if (Source, source.slug) in cited)
        save_new_sources(new, by=edit.by)
    before = editable_row(table, record) if edit.transition and edit.seen_drafts is not None else None
    copy = find_working_copy(record) if record.is_ever_public else None
    is_working_copy = record.is_ever_public
    at_once = not rebase and changes_at_once(record, copy, edit.by)
    if at_once and copy is None:
        is_working_copy = False
    former = references_of_scheduled(record)
    if is_changed and not is_working_copy:
        table.apply(record, row)
    # A transition has a revision of its own, with the comment.
    comment, revision = "" if edit.transition else edit.comment, None
    if not is_working_copy:
        if at_once and (objections := record.objections_to_publishing()):
            raise NotPublishableError(objections)
        follow_text(record, former, by=edit.by, comment=edit.comment)
        revision = record_revision(record, by=edit.by, comment=comment)
    elif is_changed and at_once:
        revision = change_scheduled_copy(record, row, by=edit.by, comment=comment).revision
    elif is_changed:
        validate(table, record.pk, row)
        revision = save_working_copy(record, row, by=edit.by, comment=comment, rebase=rebase)
    if is_working_copy:
        propose_notes(record, edit.approval)
    saved = Saved(record, revision, is_working_copy)
    if edit.transition and needs_approval(edit.transition) and before is not None:
        known = newly_named(record, before, row)
        current = find_working_copy(record) if record.is_ever_public else None
        check_seen_drafts(record, current, edit.seen_drafts, known=known)
    if edit.transition:
        try:
            done = perform_transition(
                record,
                edit.transition.name,
                by=edit.by,
                comment=edit.comment,
                approval=edit.approval,
                **edit.inputs,
            )
        except UnconfirmedWarningsError as unconfirmed:
            # What was typed is not lost: it is the text that the page of the publication asks about.
            return replace(saved, unconfirmed=unconfirmed.checklist)
        saved = replace(saved, record=done.record, transition=edit.transition)
        if done.of_copy:
            # A change that is published at once was no working copy in the eyes of its author.
            of_copy = copy is not None or done.is_working_copy
            saved = replace(
                saved, revision=done.revision, is_working_copy=done.is_working_copy, of_copy=of_copy
            )
    return saved
