"""Undoes an import: removes what it created and restores what it changed, except what was edited since."""

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, Model, OuterRef, ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.revisions import (
    delete_draft,
    delete_drafts,
    record_revision,
    record_revisions,
    reload_as_kind,
    table_of_entry,
)
from timeline.editing.working_copies import (
    find_working_copy,
    records_named_in_working_copies,
    retire_working_copy,
    save_working_copy,
)
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.exchange.importing.imported_entries import check_unedited, imported_entries
from timeline.models import Action, Entry, ImportBatch, ImportedRecord, Kind, Revision
from timeline.models.chunks import chunks
from timeline.models.revisions import RevisionQuerySet
from timeline.rows.references import References
from timeline.rows.tables import TABLES, WholeRow, table_of
from timeline.workflow import NotPublishableError


@dataclass(frozen=True)
class _Withdrawal:
    """An entry that undoing withdraws, and the row that it then gets, if it is another."""

    entry: Entry
    row: WholeRow | None


@dataclass
class UndoResult:
    """The numbers of records removed, withdrawn and restored by undoing an import; what it skipped, and why."""

    removed: int = 0
    withdrawn: int = 0
    restored: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def did_nothing(self) -> bool:
        """Whether everything was skipped."""
        return bool(self.skipped) and not (self.removed or self.withdrawn or self.restored)

    def summary(self) -> str:
        """The numbers in words."""
        numbers = {"removed": self.removed, "withdrawn": self.withdrawn, "restored": self.restored}
        return _("%(removed)s removed, %(withdrawn)s withdrawn, %(restored)s as before") % numbers

    def messages(self) -> list[str]:
        """The messages for the user: a summary, then what was skipped and how to proceed."""
        summary = self.summary()
        if self.did_nothing:
            summary = _("Nothing was undone; the import stands as it did.")
        elif not (self.skipped or self.removed or self.withdrawn or self.restored):
            summary = _("There was nothing left to undo.")
        reason = _("Left alone: %(record)s. %(why)s")
        skipped = [reason % {"record": record, "why": why} for record, why in self.skipped]
        if skipped and not self.did_nothing:
            skipped.append(
                _(
                    "What was left alone can still be undone: undo the import again when nothing is in the way."
                )
            )
        return [summary, *skipped]


def undo(batch: ImportBatch, *, by: AbstractUser) -> UndoResult:
    """Undo an import in one transaction. Raises ValidationError if it was undone completely before.

    Entries come first, ordered so that nothing is removed while another record refers to it; reference
    records follow. An import of which something was skipped can be undone again; what was undone before then
    stays as it is. If everything is skipped, the import remains in force.
    """
    with atomic_with_commit_check(lambda: _is_committed(batch)):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.is_in_force:
            raise ValidationError(_("This import was undone already."))
        undoing = _Undoing(batch, by)
        undoing.undo_entries()
        undoing.undo_records()
        result = undoing.result
        if not result.did_nothing:
            batch.undone_at, batch.undone_by, batch.skipped_count = timezone.now(), by, len(result.skipped)  # type: ignore[assignment]
            batch.save()
    return result


def expected_result(batch: ImportBatch) -> UndoResult:
    """What undoing an import does if nothing was changed since, in two queries.

    An entry that is both withdrawn and restored counts as withdrawn.
    """
    earlier = Revision.objects.filter(
        entry_id=OuterRef("entry_id"), number__lt=OuterRef("number"), applied=True
    )
    is_withdrawn, is_new = Q(action=Action.PUBLISHED), Q(applied=True) & ~Exists(earlier)
    entries = batch.revisions.aggregate(
        withdrawn=Count("pk", filter=is_withdrawn),
        removed=Count("pk", filter=is_new & ~is_withdrawn),
        restored=Count("pk", filter=~is_new & ~is_withdrawn),
    )
    records = batch.records.aggregate(
        removed=Count("pk", filter=Q(before__isnull=True)),
        restored=Count("pk", filter=Q(before__isnull=False)),
    )
    return UndoResult(
        removed=entries["removed"] + records["removed"],
        withdrawn=entries["withdrawn"],
        restored=entries["restored"] + records["restored"],
    )


def _is_committed(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, undone_at=batch.undone_at).exists()


class _Undoing:
    """The undoing of one import."""

    def __init__(self, batch: ImportBatch, by: AbstractUser) -> None:
        self.batch = batch
        self.by = by
        self.comment = _("Import %(number)s undone") % {"number": batch.pk}
        self.result = UndoResult()
        # The records that working copies name, each with an entry whose copy does.
        self.named = records_named_in_working_copies(excluding=batch)

    @contextlib.contextmanager
    def _skipped_if_refused(self, record: Model) -> Iterator[None]:
        """Skip the record, with the reason, if the block raises ValidationError or ProtectedError."""
        try:
            yield
        except (ValidationError, ProtectedError) as refusal:
            reasons = refusal.messages if isinstance(refusal, ValidationError) else refusal.args[:1]
            self.result.skipped.append((str(record), " ".join(map(str, reasons))))

    def _check_unnamed(self, model: type[Model], slug: str) -> None:
        """Raise ValidationError if a working copy names the record."""
        if (entry := self.named.get((model, slug))) is not None:
            message = _("The working copy of “%(title)s” names it: publish or discard that first.")
            raise ValidationError(message % {"title": entry})

    # --- entries

    def undo_entries(self) -> None:
        revisions = list(self.batch.revisions.order_by("-pk"))
        order = [*reversed(Kind)]
        revisions.sort(key=lambda revision: order.index(Kind(revision.kind)))
        removed = self._remove_untouched(revisions)
        self.result.removed += len(removed)
        left = (revision for revision in revisions if revision.entry_id not in removed)
        # Kind by kind, those first that name others: what does not stay public no longer prevents a withdrawal.
        for kind, of_kind in itertools.groupby(left, key=lambda revision: revision.kind):
            withdrawals: list[_Withdrawal] = []
            for chunk in chunks(of_kind):
                withdrawals += self._undo_chunk(Kind(kind).model, chunk)
            self._withdraw(Kind(kind).model, withdrawals)

    def _remove_untouched(self, revisions: Sequence[Revision]) -> set[int]:
        """Remove drafts that the import created and nobody has edited since, in chunks. Returns their keys."""
        removed: set[int] = set()
        for kind, of_kind in itertools.groupby(revisions, key=lambda revision: revision.kind):
            for created in chunks(of_kind):
                rows = {revision.entry_id: revision.content for revision in created}
                entries = Entry.objects.filter(pk__in=Entry.lock_all(rows)).order_by("pk")
                public = {*entries.ever_public().values_list("pk", flat=True)}
                alone = entries.alias(size=Count("revisions")).filter(size=1).values_list("pk", flat=True)
                stored = table_of(Kind(kind).model).whole_rows_of([pk for pk in alone if pk not in public])
                keys = [
                    key
                    for key, row in stored.items()
                    if row == rows[key] and (Entry, row["slug"]) not in self.named
                ]
                # If one of them is in use, they are undone one by one, after what uses them.
                with contextlib.suppress(ProtectedError):
                    if keys:
                        delete_drafts(keys, by=self.by, comment=self.comment)
                        removed.update(keys)
        return removed

    def _undo_chunk(self, model: type[Entry], revisions: Sequence[Revision]) -> list[_Withdrawal]:
        """Undo revisions of entries of one kind, but for the withdrawals, which are returned."""
        table, references = table_of(model), References()
        entries = imported_entries(self.batch, model, revisions)
        contents = [one.content for imported in entries.values() if (one := imported.earlier) is not None]
        table.prefetch_references(contents, references)
        withdrawals, restored = [], []
        for revision in revisions:
            # An entry that was removed since is as undoing would leave it.
            if (imported := entries.get(revision.pk)) is None:
                continue
            with self._skipped_if_refused(imported.entry):
                if not revision.applied:
                    with transaction.atomic():
                        self._undo_working_copy(imported.entry, revision)
                    continue
                if imported.was_undone or not (imported.withdraws or imported.former_row or imported.removes):
                    continue
                imported.check_unedited()
                if imported.withdraws:
                    withdrawals.append(_Withdrawal(imported.entry, imported.former_row))
                elif imported.former_row:
                    with transaction.atomic():
                        _restore(imported.entry, imported.former_row, references)
                    restored.append(revision.entry_id)
                else:
                    self._remove(imported.entry)
        if restored:
            record_revisions(restored, by=self.by, action=Action.UNDONE, comment=self.comment)
            self.result.restored += len(restored)
        return withdrawals

    def _remove(self, entry: Entry) -> None:
        """Remove a draft that the import created."""
        self._check_unnamed(Entry, entry.slug)
        delete_draft(entry, by=self.by, comment=self.comment)
        self.result.removed += 1

    def _withdraw(self, model: type[Entry], withdrawals: Sequence[_Withdrawal]) -> None:
        """Withdraw entries of one kind that the import published, and restore those that were drafts before."""
        leaving = self._without_named(model, {one.entry.pk: one for one in withdrawals})
        for key, one in [*leaving.items()]:
            if one.row is None and one.entry.is_public:
                continue
            del leaving[key]
            with self._skipped_if_refused(one.entry), transaction.atomic():
                one.entry.withdraw(by=self.by, comment=self.comment)
                if one.row is not None:
                    _restore(one.entry, one.row, References())
                    record_revision(one.entry, by=self.by, action=Action.UNDONE, comment=self.comment)
                    self.result.restored += 1
                self.result.withdrawn += 1
        # Once more, because one that could not be restored stays public.
        for keys in chunks(self._without_named(model, leaving)):
            model.withdraw_rows(keys, by=self.by, now=timezone.now(), comment=self.comment)
            self.result.withdrawn += len(keys)

    def _without_named(self, model: type[Entry], leaving: dict[int, _Withdrawal]) -> dict[int, _Withdrawal]:
        """Those that no entry names which stays public. The others are skipped."""
        pairs = [pair for keys in chunks(leaving) for pair in model.references_to(keys)]
        staying = {
            entry.pk: entry
            for keys in chunks({naming for naming, _key in pairs} - leaving.keys())
            for entry in Entry.objects.published_or_scheduled().filter(pk__in=keys)
        }
        while named := {key: naming for naming, key in pairs if naming in staying and key in leaving}:
            for key, naming in named.items():
                message = _("It is not withdrawn: “%(title)s”, which is public, names it.")
                entry = leaving[key].entry
                self.result.skipped.append((str(entry), message % {"title": staying[naming]}))
                staying[key] = entry
            leaving = {key: one for key, one in leaving.items() if key not in named}
        return leaving

    def _undo_working_copy(self, entry: Entry, revision: Revision) -> None:
        copy = find_working_copy(entry)
        revisions = Revision.objects.for_entry(entry)
        if copy is None:
            if revisions.filter(number__gt=revision.number, action=Action.REVISED).exists():
                raise ValidationError(_("It was edited since."))
            return
        before = revisions.filter(number__lt=revision.number, applied=False).last()
        if before is not None:
            ended = revisions.filter(number__gt=before.number, number__lt=revision.number)
            # Publishing or withdrawing in between does not change a working copy.
            before = None if ended.filter(action__in=[Action.REVISED, Action.DISCARDED]).exists() else before
        is_restored = before is not None and copy.content == before.content != revision.content
        imported = copy.content if is_restored else revision.content
        check_unedited(copy.content, imported, _later(revision).filter(applied=False).last())
        if is_restored:
            return
        retire_working_copy(entry)
        record_revision(entry, by=self.by, action=Action.DISCARDED)
        if before is not None:
            # With its former `based_on`: its publisher must confirm what was published since.
            base = before.based_on
            save_working_copy(entry, before.content, by=self.by, comment=before.comment, based_on=base)
        self.result.restored += 1

    # --- other records

    def undo_records(self) -> None:
        self.named = records_named_in_working_copies()
        order = list(TABLES)
        # The newest of a table first: an area is created after the area that it is in.
        records = sorted(self.batch.records.all(), key=lambda one: (order.index(one.table), one.record))
        for imported in reversed(records):
            stored = TABLES[imported.table].model._default_manager.select_for_update(no_key=True)
            record = stored.filter(pk=imported.record).first()
            # What was removed or restored since is as undoing would leave it.
            if record and (row := TABLES[imported.table].whole_row_of(record)) != imported.before:
                with self._skipped_if_refused(record), transaction.atomic():
                    self._undo_record(record, row, imported)

    def _undo_record(self, record: Model, row: WholeRow, imported: ImportedRecord) -> None:
        table = TABLES[imported.table]
        same = ImportedRecord.objects.filter(table=imported.table, record=imported.record)
        later = same.filter(batch_id__gt=imported.batch_id, batch__in=ImportBatch.objects.in_force())
        check_unedited(row, imported.after, later.order_by("batch_id").last())
        if imported.before is not None:
            table.apply(record, imported.before)
            self.result.restored += 1
        else:
            self._check_unnamed(table.model, row.get("slug", ""))
            record.delete()
            self.result.removed += 1


def _later(revision: Revision) -> "RevisionQuerySet[Revision]":
    """The revisions of the same entry by later imports that are in force."""
    later = Revision.objects.for_entry(revision.entry_id).filter(
        number__gt=revision.number, batch__in=ImportBatch.objects.in_force()
    )
    return later.exclude(batch=revision.batch_id).order_by("number")


def _restore(entry: Entry, row: WholeRow, references: References) -> None:
    """Give an entry its former row. Raises ValidationError, also for objections if it is public."""
    restored = reload_as_kind(entry)
    table_of_entry(entry).apply(restored, row, references)
    if restored.is_published_or_scheduled and (objections := restored.objections_to_publishing()):
        raise NotPublishableError(objections)
