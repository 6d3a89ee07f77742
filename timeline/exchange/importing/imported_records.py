"""The records that an import wrote, each with the revisions on which its undoing depends."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.editing.working_copies import find_working_copy
from timeline.models import Action, ImportBatch, Revision
from timeline.models.records import Record
from timeline.models.revisions import RevisionQuerySet
from timeline.rows.tables import WholeRow, table_of
from timeline.workflow import TRANSITIONS


@dataclass(frozen=True)
class ImportedRecord:
    """A record that an import created or changed: its row, and its revisions around that of the import.

    `earlier` is the last applied revision before it, None for a new record; `since` are all those after it. `in_force`
    has the keys of the other imports in force.
    """

    batch: ImportBatch
    record: Record
    row: WholeRow
    revision: Revision
    earlier: Revision | None
    since: Sequence[Revision]
    in_force: Collection[int]
    has_working_copy: bool

    @property
    def withdraws(self) -> bool:
        """Whether the import published it, and it is public still."""
        made_public = self.earlier is None or (
            self.revision.action == Action.PUBLISHED and self.earlier.public_from is None
        )
        return made_public and self.record.is_published_or_scheduled

    @property
    def former_row(self) -> WholeRow | None:
        """The row before the import, if it has another one now."""
        return self.earlier.content if self.earlier and self.row != self.earlier.content else None

    @property
    def removes(self) -> bool:
        """Whether it is a draft that the import created."""
        return self.earlier is None and not self.record.is_ever_public

    @property
    def was_undone(self) -> bool:
        """Whether a previous undo of the import already undid this, whatever happened to the record since."""
        was_removed = self.earlier is None and any(one.action == Action.DELETED for one in self.since)
        return self.batch.undone_at is not None and (was_removed or self.was_withdrawn or self.was_restored)

    @property
    def was_withdrawn(self) -> bool:
        """Whether its publication by the import ended since."""
        ending = [transition.action for transition in TRANSITIONS.values() if transition.ends_publication]
        is_published = self.earlier is None or self.revision.action == Action.PUBLISHED
        return is_published and any(one.action in ending for one in self.since)

    @property
    def was_restored(self) -> bool:
        """Whether undoing an import gave it the text before this one again."""
        earlier = self.earlier
        return earlier is not None and any(
            one.action == Action.UNDONE and one.content == earlier.content for one in self.since
        )

    @property
    def is_to_undo(self) -> bool:
        """Whether undoing the import changes it, unless it was edited since."""
        return not self.was_undone and bool(self.withdraws or self.former_row or self.removes)

    def check_unedited(self) -> None:
        """Raise ValidationError if it was edited after the import, or changed by a later import."""
        if self.has_working_copy:
            raise ValidationError(_("It has a working copy: publish or discard that first."))
        later = [one for one in self.since if one.applied and one.batch_id in self.in_force]
        check_unedited(self.row, self.revision.content, later[-1] if later else None)


def imported_records(
    batch: ImportBatch, model: type[Record], revisions: Sequence[Revision], *, locked: bool
) -> dict[int, ImportedRecord]:
    """The records of these revisions, of one model, by the key of the revision, in a fixed number of queries."""
    keys: Collection[int] = [revision.record for revision in revisions]
    if locked:
        keys = model.lock_all(keys)
    records = model._default_manager.in_bulk(keys)
    keys = records.keys()
    rows = table_of(model).whole_rows_of(sorted(keys))
    histories: defaultdict[int, list[Revision]] = defaultdict(list)
    for one in Revision.objects.for_keys(model, keys).by_number().defer("content"):
        histories[one.record].append(one)
    in_force = {*ImportBatch.objects.in_force().exclude(pk=batch.pk).values_list("pk", flat=True)}
    found = {
        revision.pk: ImportedRecord(
            batch,
            records[revision.record],
            rows[revision.record],
            revision,
            in_force=in_force,
            **_around(revision, histories[revision.record]),
        )
        for revision in revisions
        if revision.record in records
    }
    around = {
        one.pk: one for imported in found.values() for one in (imported.earlier, *imported.since) if one
    }
    for key, content in Revision.objects.filter(pk__in=around).values_list("pk", "content"):
        around[key].content = content
    return found


class _Around(TypedDict):
    earlier: Revision | None
    since: Sequence[Revision]
    has_working_copy: bool


def _around(revision: Revision, history: Sequence[Revision]) -> _Around:
    """The columns of an imported record that its history, by number, gives."""
    before = [one for one in history if one.applied and one.number < revision.number]
    return {
        "earlier": before[-1] if before else None,
        "since": [one for one in history if one.number > revision.number],
        "has_working_copy": any(one.is_working_copy for one in history),
    }


def check_unedited(row: WholeRow, imported: WholeRow, later: Revision | None) -> None:
    """Raise ValidationError if a record was edited after the import, or changed by a later import."""
    if later is not None and row == later.content:
        message = _("Import %(number)s changed it since; undo that one first.")
        raise ValidationError(message % {"number": later.batch_id})
    if row != imported:
        raise ValidationError(_("It was edited since."))


def copy_to_undo(record: Record, revision: Revision) -> tuple[Revision, Revision | None] | None:
    """The working copy that the import wrote, and the one before it to restore; None if it ended or is restored already.

    Raises ValidationError if it was edited since.
    """
    copy = find_working_copy(record)
    revisions = Revision.objects.for_record(record)
    if copy is None:
        if revisions.filter(number__gt=revision.number, action=Action.REVISED).exists():
            raise ValidationError(_("It was edited since."))
        return None
    before = revisions.filter(number__lt=revision.number, applied=False).last()
    if before is not None:
        ended = revisions.filter(number__gt=before.number, number__lt=revision.number)
        # Publishing or withdrawing in between does not change a working copy.
        before = None if ended.filter(action__in=[Action.REVISED, Action.DISCARDED]).exists() else before
    is_restored = before is not None and copy.content == before.content != revision.content
    imported = copy.content if is_restored else revision.content
    check_unedited(copy.content, imported, _later(record, revision).filter(applied=False).last())
    return None if is_restored else (copy, before)


def _later(record: Record, revision: Revision) -> RevisionQuerySet:
    """The revisions of the same record by later imports that are in force."""
    later = Revision.objects.for_record(record).filter(
        number__gt=revision.number, batch__in=ImportBatch.objects.in_force()
    )
    return later.exclude(batch=revision.batch_id).order_by("number")
