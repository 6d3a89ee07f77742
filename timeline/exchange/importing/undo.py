"""Undoes an import: removes what it created and restores what it changed, except what was edited since."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Model, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.editing.named_schedules import follow_text, references_of_scheduled
from timeline.editing.revisions import (
    delete_draft,
    delete_drafts,
    record_revision,
    record_revisions,
    reload,
    table_of_record,
)
from timeline.editing.working_copies import (
    end_working_copy,
    find_working_copy,
    follow_copy,
    records_named_in_working_copies,
    save_working_copy,
)
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.exchange.importing.imported_records import ImportedRecord, copy_to_undo, imported_records
from timeline.exchange.importing.record_models import naming_records, record_models, status_model
from timeline.exchange.importing.undo_result import UndoResult, counted_result
from timeline.exchange.snapshot import snapshot
from timeline.models import Action, Assignment, Chronicle, ImportBatch, Revision
from timeline.models.chunks import chunks
from timeline.models.records import Record
from timeline.rows.references import References
from timeline.rows.tables import WholeRow, table_of
from timeline.workflow import NotPublishableError

# Of an import of so many revisions, each is looked at before it is undone; of a larger one they are counted by the database.
MAX_FORESEEN = 500


@dataclass(frozen=True)
class _Withdrawal:
    """A record that undoing withdraws, and the row that it then gets, if it is another."""

    record: Record
    row: WholeRow | None


def undo(
    batch: ImportBatch,
    *,
    by: AbstractUser,
    progress: Callable[[int], None] = lambda done: None,
    before_commit: Callable[[UndoResult], None] = lambda result: None,
) -> UndoResult:
    """Undo an import in one transaction. Raises ValidationError if it was undone completely before.

    What can be read and compared before is: the transaction, which on SQLite lets nobody else write, has little to do
    but delete, and asks again for what may have changed.

    Entries come first, ordered so that nothing is removed while another record refers to it; reference
    records follow, and then the chronicle, which stays if it is public. An import of which something was skipped can be undone again; what was undone before then
    stays as it is. If everything is skipped, the import remains in force.

    `progress` is called with the number of records done, and `before_commit` at the end of the transaction; what they
    raise ends it with nothing changed.
    """
    undoing = _Undoing(batch, by, progress)
    with snapshot():
        undoing.prepare()
    with atomic_with_commit_check(lambda: _is_committed(batch)):
        undoing.batch = batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if not batch.is_in_force:
            raise ValidationError(_("This import was undone already."))
        undoing.undo_records()
        result = undoing.result
        if not result.did_nothing:
            batch.undone_at, batch.undone_by, batch.skipped_count = timezone.now(), by, len(result.skipped)  # type: ignore[assignment]
            batch.save()
        before_commit(result)
    return result


def expected_result(batch: ImportBatch) -> UndoResult:
    """What undoing an import would do now, without a lock.

    Of more than MAX_FORESEEN revisions it is what undoing does if no text was changed since, which is at most that.
    """
    if batch.revisions.count() > MAX_FORESEEN:
        return counted_result(batch)
    foreseeing = _Undoing(batch, batch.created_by, lambda done: None)
    foreseeing.foresee()
    return foreseeing.result


def _is_committed(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, undone_at=batch.undone_at).exists()


class _Undoing:
    """The undoing of one import."""

    def __init__(self, batch: ImportBatch, by: AbstractUser, progress: Callable[[int], None]) -> None:
        self.batch = batch
        self.by = by
        self.progress = progress
        self.done = 0
        self.comment = _("Import %(number)s undone") % {"number": batch.pk}
        self.result = UndoResult()
        # By model, the rows of drafts to remove that were as the import left them, before the transaction.
        self.untouched: dict[type[Record], dict[int, WholeRow]] = {}
        # What still names records, but would not: withdrawn, or as it was before the import. By its model with a status.
        self.foreseen: defaultdict[type[Record], set[int]] = defaultdict(set)
        # By model, the drafts that a forecast removes, and by model with a status what it gives another row.
        self.removing: defaultdict[type[Record], dict[int, Record]] = defaultdict(dict)
        self.restoring: defaultdict[type[Record], set[int]] = defaultdict(set)

    @cached_property
    def named(self) -> Mapping[tuple[type[Model], str], Revision]:
        """The records that working copies name, each with a copy that does."""
        return records_named_in_working_copies(excluding=self.batch)

    @contextlib.contextmanager
    def _skipped_if_refused(self, record: Model) -> Iterator[None]:
        """Skip the record, with the reason, if the block raises ValidationError or ProtectedError."""
        try:
            yield
        except (ValidationError, ProtectedError) as refusal:
            reasons = refusal.messages if isinstance(refusal, ValidationError) else refusal.args[:1]
            self.result.skipped.append((str(record), " ".join(map(str, reasons))))

    def _check_unnamed(self, record: Record) -> None:
        """Raise ValidationError if a working copy names the record."""
        owner = status_model(table_of_record(record))
        if (copy := self.named.get((owner, record.slug))) is not None:
            message = _("The working copy of “%(title)s” names it: publish or discard that first.")
            raise ValidationError(message % {"title": copy.title})

    def _count(self, records: int) -> None:
        self.done += records
        self.progress(self.done)

    @cached_property
    def revisions(self) -> Mapping[type[Record], Sequence[Revision]]:
        """The revisions of the import by model, the newest first.

        Those models come first that name others: what does not stay public no longer prevents a withdrawal.
        """
        by_model: defaultdict[type[Record], list[Revision]] = defaultdict(list)
        for revision in self.batch.revisions.order_by("-pk"):
            by_model[revision.model].append(revision)
        return {model: by_model[model] for model in reversed(record_models()) if model in by_model}

    def foresee(self) -> None:
        """Count what `undo_records()` would do. Writes nothing."""
        for model, revisions in self.revisions.items():
            leaving: dict[int, _Withdrawal] = {}
            for chunk in chunks(revisions):
                records = imported_records(self.batch, model, chunk, locked=False)
                for revision in chunk:
                    if (imported := records.get(revision.pk)) is not None:
                        with self._skipped_if_refused(imported.record):
                            self._foresee_record(imported, leaving)
            withdrawn = self._without_named(model, leaving)
            self.result.withdrawn += len(withdrawn)
            self.result.foretold.withdrawn += [one.record for one in withdrawn.values()]
            restored = {key for key, one in withdrawn.items() if one.row is not None}
            self.result.restored += len(restored)
            self.result.foretold.restored += [withdrawn[key].record for key in withdrawn if key in restored]
            self.restoring[status_model(table_of(model))].update(restored)
            self.foreseen[status_model(table_of(model))].update(withdrawn)
        self._foresee_removals()

    def _foresee_record(self, imported: ImportedRecord, leaving: dict[int, _Withdrawal]) -> None:
        record = imported.record
        if not imported.revision.applied:
            if copy_to_undo(record, imported.revision) is not None:
                self.result.restored += 1
                self.result.foretold.copies.append(record)
            return
        if not imported.is_to_undo:
            return
        imported.check_unedited()
        if imported.withdraws:
            # Once it is public, it stays; of others, `_without_named()` knows which.
            if isinstance(record, Chronicle) and (refused := record.objections_to_withdrawing()):
                raise ValidationError(refused)
            leaving[record.pk] = _Withdrawal(record, imported.former_row)
        elif imported.former_row:
            self.foreseen[status_model(table_of_record(record))].add(record.pk)
            self.restoring[status_model(table_of_record(record))].add(record.pk)
            self.result.restored += 1
            self.result.foretold.restored.append(record)
        else:
            self._check_unnamed(record)
            self.removing[type(record)][record.pk] = record

    def _foresee_removals(self) -> None:
        """Count the drafts that are removed: those that nothing names which stays."""
        going = {
            (status_model(table_of(model)), key): record
            for model, records in self.removing.items()
            for key, record in records.items()
        }
        naming = [
            ((owner, key), (status_model(table_of(model)), named))
            for model, records in self.removing.items()
            for keys in chunks(records)
            for owner, key, named in naming_records(model, keys)
            if key not in self.restoring[owner]
        ]
        while staying := {named: owner for owner, named in naming if owner not in going and named in going}:
            for named, (owner, key) in staying.items():
                message = _("It is not removed: “%(title)s” names it.")
                title = owner._default_manager.filter(pk=key).values_list("title", flat=True).first()
                self.result.skipped.append((str(going.pop(named)), message % {"title": title}))
        self.result.removed += len(going)
        self.result.foretold.removed += going.values()

    def prepare(self) -> None:
        """Read the revisions, and find the drafts that are as the import left them. Writes and locks nothing."""
        for model, revisions in self.revisions.items():
            untouched = self.untouched[model] = {}
            for created in chunks(revisions):
                rows = {revision.record: revision.content for revision in created}
                stored = table_of(model).whole_rows_of(self._removable(model, [*rows]))
                untouched |= {key: row for key, row in stored.items() if row == rows[key]}
                # So that it can be cancelled.
                self._count(0)

    @staticmethod
    def _removable(model: type[Record], keys: Sequence[int]) -> list[int]:
        """Those of these records that are drafts with one revision only: a change of any kind records another."""
        there = model._default_manager.filter(pk__in=keys, published_at__isnull=True)
        histories = Revision.objects.for_keys(model, {*there.values_list("pk", flat=True)})
        alone = histories.order_by().values("record").annotate(size=Count("pk")).filter(size=1)
        return sorted(alone.values_list("record", flat=True))

    def undo_records(self) -> None:
        """Undo all that can be undone, and note the rest."""
        removed = {model: self._remove_untouched(model) for model in self.revisions}
        self.result.removed += sum(map(len, removed.values()))
        for model, revisions in self.revisions.items():
            withdrawals: list[_Withdrawal] = []
            for chunk in chunks(one for one in revisions if one.record not in removed[model]):
                withdrawals += self._undo_chunk(model, chunk)
            self._withdraw(model, withdrawals)

    def _remove_untouched(self, model: type[Record]) -> set[int]:
        """Remove drafts that the import created and nobody has edited since, in chunks. Returns their keys."""
        removed: set[int] = set()
        owner = status_model(table_of(model))
        for some in chunks(self.untouched[model].items()):
            rows = dict(some)
            model.lock_all(rows)
            keys = [
                key
                for key in self._removable(model, [*rows])
                if (owner, str(rows[key]["slug"])) not in self.named
            ]
            # If one of them is in use, they are undone one by one, after what uses them.
            with contextlib.suppress(ProtectedError):
                if keys:
                    known = {key: rows[key] for key in keys}
                    delete_drafts(model, keys, by=self.by, comment=self.comment, rows=known)
                    removed.update(keys)
            self._count(len(removed.intersection(keys)))
        return removed

    def _undo_chunk(self, model: type[Record], revisions: Sequence[Revision]) -> list[_Withdrawal]:
        """Undo revisions of records of one model, but for the withdrawals, which are returned."""
        table, references = table_of(model), References()
        records = imported_records(self.batch, model, revisions, locked=True)
        contents = [one.content for imported in records.values() if (one := imported.earlier) is not None]
        table.prefetch_references(contents, references)
        withdrawals, restored = [], []
        for revision in revisions:
            # A record that was removed since is as undoing would leave it.
            if (imported := records.get(revision.pk)) is None:
                continue
            with self._skipped_if_refused(imported.record):
                if not revision.applied:
                    with transaction.atomic():
                        self._undo_working_copy(imported.record, revision)
                    continue
                if not imported.is_to_undo:
                    continue
                imported.check_unedited()
                if imported.withdraws:
                    withdrawals.append(_Withdrawal(imported.record, imported.former_row))
                elif imported.former_row:
                    with transaction.atomic():
                        self._restore(imported.record, imported.former_row, references)
                    restored.append(revision.record)
                else:
                    self._remove(imported.record)
        if restored:
            record_revisions(model, restored, by=self.by, action=Action.UNDONE, comment=self.comment)
            self.result.restored += len(restored)
        self._count(len(revisions) - len(withdrawals))
        return withdrawals

    def _remove(self, record: Record) -> None:
        """Remove a draft that the import created."""
        self._check_unnamed(record)
        delete_draft(record, by=self.by, comment=self.comment)
        self.result.removed += 1

    def _withdraw(self, model: type[Record], withdrawals: Sequence[_Withdrawal]) -> None:
        """Withdraw records of one model that the import published, and restore those that were drafts before."""
        leaving = self._without_named(model, {one.record.pk: one for one in withdrawals})
        for key, one in [*leaving.items()]:
            if one.row is None and one.record.is_public and model is not Chronicle:
                continue
            del leaving[key]
            with self._skipped_if_refused(one.record), transaction.atomic():
                one.record.withdraw(by=self.by, comment=self.comment)
                if one.row is not None:
                    self._restore(one.record, one.row, References())
                    record_revision(one.record, by=self.by, action=Action.UNDONE, comment=self.comment)
                    self.result.restored += 1
                self.result.withdrawn += 1
        # Once more, because one that could not be restored stays public.
        for keys in chunks(self._without_named(model, leaving)):
            model.withdraw_rows(keys, by=self.by, now=timezone.now(), comment=self.comment)
            self.result.withdrawn += len(keys)
            self._count(len(keys))

    def _restore(self, record: Record, row: WholeRow, references: References) -> None:
        """Give a record its former row. Raises ValidationError, also for objections if it is public or scheduled."""
        restored = reload(record)
        former = references_of_scheduled(restored)
        table_of_record(record).apply(restored, row, references)
        if restored.is_published_or_scheduled and (objections := restored.objections_to_publishing()):
            raise NotPublishableError(objections)
        # What it names again was let through with it.
        follow_text(restored, former, by=self.by, comment=self.comment, is_read=True)

    def _without_named(self, model: type[Record], leaving: dict[int, _Withdrawal]) -> dict[int, _Withdrawal]:
        """Those that no record names which stays public. The others are skipped."""
        itself = status_model(table_of(model))
        naming: defaultdict[type[Record], list[tuple[int, int]]] = defaultdict(list)
        for keys in chunks(leaving):
            for owner, key, named in naming_records(model, keys):
                naming[owner].append((key, named))
        staying: dict[type[Record], dict[int, Record]] = defaultdict(dict)
        for owner, pairs in naming.items():
            for keys in chunks({key for key, _named in pairs if owner is not itself or key not in leaving}):
                public = owner._default_manager.published_or_scheduled().filter(
                    pk__in={*keys} - self.foreseen[owner]
                )
                staying[owner] |= {record.pk: record for record in public}
        while named_by := {
            named: staying[owner][key]
            for owner, pairs in naming.items()
            for key, named in pairs
            if key in staying[owner] and named in leaving
        }:
            for key, record in named_by.items():
                message = _("It is not withdrawn: “%(title)s”, which is public, names it.")
                self.result.skipped.append((str(leaving[key].record), message % {"title": record}))
                staying[itself][key] = leaving[key].record
            leaving = {key: one for key, one in leaving.items() if key not in named_by}
        return leaving

    def _undo_working_copy(self, record: Record, revision: Revision) -> None:
        if (found := copy_to_undo(record, revision)) is None:
            return
        copy, before = found
        end_working_copy(copy)
        Assignment.objects.for_keys(copy.table, [copy.record]).delete()
        record_revision(record, by=self.by, action=Action.DISCARDED, comment=self.comment)
        # One that is scheduled, over which the import began another, is the current one again.
        if before is not None and find_working_copy(record) is None:
            # With its former `based_on`: its publisher must confirm what was published since.
            base = before.based_on
            save_working_copy(record, before.content, by=self.by, comment=before.comment, based_on=base)
        # After the copy that there is now, which may name the same records.
        follow_copy(copy, by=self.by, comment=self.comment)
        # It may also name others.
        self.__dict__.pop("named", None)
        self.result.restored += 1
