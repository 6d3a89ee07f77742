"""Restoring a record to a former revision, and single values of former revisions for its form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from timeline.editing.answers import Refused, Saved, in_transaction
from timeline.editing.comparison import row_digest
from timeline.editing.revisions import check_seen_number, record_revision
from timeline.editing.transitions import authors_of_drafts
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.rows.grouping import grouped_parts
from timeline.rows.tables import MutableWholeRow, Table, WholeRow, table_of
from timeline.rows.validation import refusals, validate
from timeline.workflow import TRANSITIONS

Messages = dict[str, list[str]]


@dataclass(frozen=True)
class Restoration:
    """What restoring a revision would write.

    `left_out` has what would not be restored because it refers to what no longer exists, as a row of its own. `taken_slug`
    is the slug of the revision if another record has it by now, else "". `errors` are the reasons by column why the row
    cannot be saved as it is.
    """

    record: Record | None
    table: Table
    row: WholeRow
    left_out: WholeRow
    taken_slug: str
    errors: Mapping[str, list[str]]


@dataclass(frozen=True)
class ChosenValue:
    """A choice of what to take from a revision: everything, a column, or one nested record by its digest."""

    number: int
    column: str = ""
    part: str = ""


@dataclass(frozen=True)
class TakenValues:
    """A row of a record with values from revisions, which is not saved; `columns` are those that were taken.

    `left_out`, `taken_slug` and `errors` are as those of a restoration.
    """

    row: WholeRow
    columns: list[str]
    left_out: WholeRow
    taken_slug: str
    errors: Mapping[str, list[str]]


def objection_to_restoring(record: Record, user: AbstractUser | AnonymousUser) -> str:
    """Why this user does not restore a former revision of a record, "" if nothing stands against it.

    What is or was public gets a working copy, which anybody may begin who changes records.
    """
    if record.is_ever_public or _decides_on_drafts(type(record), [record.pk], user):
        return ""
    return _("Who began or submitted it restores it, or a reviewer.")


def refusal_of_restoring(record: Record, user: AbstractUser | AnonymousUser) -> str:
    """Why this user cannot restore a former revision of a record as it is, "" if nothing stands against it."""
    if objection := objection_to_restoring(record, user):
        return objection
    if find_working_copy(record) is not None:
        return _("There is a working copy: publish or discard it first.")
    return ""


def recoverable_drafts(
    model: type[Record], keys: Sequence[int], user: AbstractUser | AnonymousUser
) -> set[int]:
    """Return the keys of those deleted drafts of a model that this user recovers: those of their own, or any as a reviewer."""
    return _decides_on_drafts(model, keys, user)


def recovery_refusal() -> str:
    """What is said to who would recover a deleted draft of somebody else's."""
    return _("Who began or submitted it recovers it, or a reviewer.")


def _decides_on_drafts(
    model: type[Record], keys: Sequence[int], user: AbstractUser | AnonymousUser
) -> set[int]:
    """The keys of those drafts, deleted or not, that the user began or submitted; all of them for a reviewer."""
    if user.has_perm(TRANSITIONS["publish"].permission):
        return {*keys}
    authors = authors_of_drafts(model, keys)
    return {key for key in keys if user.pk in authors.get(key, ())}


def preview_restoration(revision: Revision) -> Restoration:
    """Return what restoring the revision would write. Nothing is written or locked.

    A public record keeps its present columns that the revision does not have; so does a draft.
    """
    record, table = revision.find_record(), table_of(revision.model)
    row, left_out = _existing_content(table, revision)[1:]
    row = {**(table.whole_row_of(record) if record else table.blank_row), **row}
    taken_slug = _replace_taken_slug(record or table.new_record(revision.record), row)
    return Restoration(
        record, table, row, left_out, taken_slug, _errors_of(table, revision.record, row, left_out)
    )


@in_transaction
def restore_revision(
    revision: Revision, *, by: AbstractUser, comment: str = "", seen_number: int | None = None
) -> Saved | Refused:
    """Restore the record with its lists and nested records to a revision.

    References to records that no longer exist are left out. A deleted draft is created again with its old key. If
    another record has its slug by now, a record keeps its present one, and a deleted draft gets another. For a record that
    is or was public the restored text becomes the working copy. `seen_number` is the number of the newest revision that the
    user saw: if there is a newer one, or a working copy, this is refused, as is a text that cannot be saved any more,
    and a draft of somebody else's (`refusal_of_restoring`, `recoverable_drafts`).
    """
    # The revision is locked, since a deleted record has no row to lock.
    Revision.objects.select_for_update(no_key=True).get(pk=revision.pk)
    revision.model.lock(revision.record)
    comment = comment or _("Revision %(number)s restored") % {"number": revision.number}
    restoration = preview_restoration(revision)
    record, row, left_out = restoration.record, restoration.row, restoration.left_out
    if record is None and not recoverable_drafts(revision.model, [revision.record], by):
        raise ValidationError(recovery_refusal())
    if record is not None:
        check_seen_number(record, seen_number)
        if refusal := refusal_of_restoring(record, by):
            raise ValidationError(refusal)
    if restoration.errors:
        return Refused(restoration.errors)
    if record is not None and record.is_ever_public:
        validate(restoration.table, record.pk, row)
        copy = save_working_copy(record, row, by=by, comment=comment)
        return Saved(record, copy, is_working_copy=True, left_out=left_out)
    is_recreated = record is None
    restored = record or restoration.table.new_record(revision.record)
    restoration.table.apply(restored, row)
    recorded = record_revision(restored, by=by, action=Action.RESTORED, comment=comment)
    return Saved(restored, recorded, is_recreated=is_recreated, left_out=left_out)


def take_values(
    table: Table,
    key: int,
    present: WholeRow,
    revisions: Mapping[int, Revision],
    choices: Iterable[ChosenValue],
) -> TakenValues:
    """Return the present row of the record with what was chosen of its revisions, by their numbers.

    Choices that the revisions do not have are ignored. What belongs together, as an assessment and its citations, is taken
    together.
    """
    row, left_out = dict(present), MutableWholeRow()
    taken: dict[str, None] = {}
    for choice in choices:
        content, complete, missing = _existing_content(table, revisions[choice.number])
        names = [choice.column] if choice.column else [*content]
        names = [name for name in _with_groups(table, names) if name in content]
        for name in names:
            if choice.part:
                row[name] = _with_part(table, name, row[name], complete, choice)
                lost = [one for one in missing.get(name, ()) if row_digest(one) == choice.part]
                left_out |= {name: lost} if lost else {}
            else:
                row[name] = complete[name]
                left_out |= {name: missing[name]} if name in missing else {}
        taken |= dict.fromkeys(names)
    record = table.record_model._default_manager.filter(pk=key).first() or table.new_record(key)
    taken_slug = _replace_taken_slug(record, row)
    return TakenValues(row, [*taken], left_out, taken_slug, _errors_of(table, key, row, left_out))


def _existing_content(
    table: Table, revision: Revision
) -> tuple[MutableWholeRow, MutableWholeRow, MutableWholeRow]:
    """The row of a revision with current slugs, the same without references to missing records, and what was removed."""
    references = table.stored_references(revision.content)
    content = table.with_current_slugs(revision.content, references)
    return content, *table.without_missing_references(content, references)


def _with_groups(table: Table, names: Iterable[str]) -> list[str]:
    """The names, with those of the parts that belong to them or to which they belong."""
    found = dict.fromkeys(names)
    for parts in grouped_parts(table):
        if found.keys() & {parts.outer_name, parts.inner_name}:
            found |= dict.fromkeys([parts.outer_name, parts.inner_name])
    return [*found]


def _with_part(
    table: Table, name: str, rows: list[MutableWholeRow], content: WholeRow, choice: ChosenValue
) -> list[MutableWholeRow]:
    """The nested rows of this name with the chosen one, in place of that with its key, and with what belongs to it."""
    part = table.parts[name]
    chosen = [one for one in content[choice.column] if row_digest(one) == choice.part]
    if name != choice.column:
        for parts in grouped_parts(table):
            if parts.inner_name == name:
                keys = {parts.outer_key(one) for one in chosen}
                rows = [one for one in rows if parts.inner_key(one) not in keys]
                chosen = [one for one in content[name] if parts.inner_key(one) in keys]
            elif parts.outer_name == name:
                present = {parts.outer_key(one) for one in rows}
                keys = {parts.inner_key(one) for one in chosen} - present
                chosen = [one for one in content[name] if parts.outer_key(one) in keys]
    by_key = {part.key_of({**one, part.within: ""}): one for one in [*rows, *chosen]}
    return part.sort_parts(by_key.values())


def _replace_taken_slug(record: Record, row: MutableWholeRow) -> str:
    """Replace a slug that another record has by now in the row, and return it; "" if it is free."""
    wanted = row["slug"]
    available = record.available_slug(wanted)
    if available == wanted:
        return ""
    row["slug"] = record.slug or available
    return str(wanted)


def _errors_of(table: Table, key: int, row: WholeRow, left_out: WholeRow) -> Messages:
    """The reasons by column why the row cannot be saved to the record of that key.

    First those of the columns; if there are none, those of each list of nested records.
    """
    columns = {name: cell for name, cell in row.items() if name not in table.parts}
    if errors := _refusal(table, key, columns):
        return errors
    found = Messages()
    for name, part, rows in table.parts_in(row):
        for field, messages in _refusal(table, key, {**columns, name: rows}).items():
            labels = {column.attribute: column.field.verbose_name for column in part.columns.values()}
            prefix = _("%(label)s: %(value)s")
            found.setdefault(name, []).extend(
                str(prefix % {"label": labels[field], "value": message} if field in labels else message)
                for message in messages
            )
    return found or _refusal(table, key, row)


def _refusal(table: Table, key: int, row: WholeRow) -> Messages:
    # Without constraints: Django evaluates them in a transaction, which waits for writers. `clean()` has their messages.
    refusal = refusals(table, {key: row}, table.stored_references(row)).get(key)
    if isinstance(refusal, ProtectedError):
        return {"": [str(refusal.args[0])]}
    if refusal is None:
        return {}
    by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
    return {"" if name == NON_FIELD_ERRORS else name: [*found] for name, found in by_field.items()}
