"""Imports files: all or nothing, with every error reported at once and unchanged records left alone."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _

from timeline.editing.revisions import record_revisions
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.exchange.importing.checksums import describe_file
from timeline.exchange.importing.chunks import chunks, keys_by_kind
from timeline.exchange.importing.dependency_order import rows_by_table
from timeline.exchange.importing.diverting import Diverter
from timeline.exchange.importing.loading import Loader
from timeline.exchange.importing.outcomes import Outcomes
from timeline.exchange.importing.publication import Publication, publish_entries
from timeline.exchange.importing.report import Report
from timeline.exchange.importing.row_warnings import RowWarnings, warn_of_working_copies
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.importing.working_copies import import_into_working_copy
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, FileRow, Notice, Problem, ReadResult
from timeline.exchange.reading import read
from timeline.models import Action, Entry, ImportBatch, ImportedRecord
from timeline.rows import bulk
from timeline.rows.references import References
from timeline.rows.tables import DELETE_COLUMN, TABLES, FlatRow, Table

IMPORTER = "import_content"
# A key in the counts of an import, besides the outcomes of rows: the number of entries that it published.
PUBLISHED = "published"


class StalePreviewError(Exception):
    """The data changed after the preview, so the import would have a different result."""


class _ImportRolledBackError(Exception):
    """Rolls back the transaction."""


def import_files(
    files: Sequence[Path | Upload],
    *,
    by: AbstractUser | None = None,
    publish: bool = False,
    dry_run: bool = False,
    encoding: str | None = None,
    clear_empty: bool = False,
    comment: str = "",
    include_rows: bool = False,
    expected_fingerprint: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Import the rows of these files, folders and uploads.

    New entries become drafts; entries that are or were public get a working copy. With `publish`, drafts are
    published by `by` (by default the account of imports without a user) and public entries changed. An empty
    cell of a spreadsheet is ignored, or clears the value with `clear_empty`. `encoding` is the encoding of
    files that do not declare theirs.

    All or nothing: with any problem, or on a dry run, the database does not change. `progress` is called with the number
    of rows done. `include_rows` adds the outcome of each row to the report.

    `expected_fingerprint` is the fingerprint of the report of a preview. Raises StalePreviewError, and writes nothing,
    if the import would have a different result. Database and disk errors are raised as they are;
    `exchange/database_errors.py` has their messages.
    """
    reading = read(files, encoding)
    report = Report(problems=[*reading.problems], notices=[*reading.notices], encodings={**reading.encodings})
    running = _Import(
        report,
        by=by,
        publish=publish,
        is_dry=dry_run,
        comment=comment,
        include_rows=include_rows or expected_fingerprint is not None,
    )
    try:
        with atomic_with_commit_check(lambda: _is_committed(report.batch)):
            running.load(reading, clear_empty, progress)
            if not report.problems:
                running.finish(files)
            # Before the comparison: the fingerprint depends on the order.
            report.problems.sort(key=_location_key)
            if expected_fingerprint is not None and report.fingerprint != expected_fingerprint:
                raise StalePreviewError
            if report.problems or dry_run:
                raise _ImportRolledBackError
    except _ImportRolledBackError:
        report.batch = None
    return report


def _location_key(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.row, problem.place.line


def _is_committed(batch: ImportBatch | None) -> bool:
    return batch is not None and ImportBatch.objects.filter(pk=batch.pk, created_at=batch.created_at).exists()


def importing_account() -> AbstractUser:
    """The account that publishes if no user is given. Nobody can log in with it."""
    account, created = get_user_model().objects.get_or_create(
        username=IMPORTER, defaults={"is_active": False}
    )
    if created:
        account.set_unusable_password()
        account.save()
    return account


class _Import:
    """A running import, table by table in the order of `TABLES`, within the caller's transaction."""

    def __init__(
        self,
        report: Report,
        *,
        by: AbstractUser | None,
        publish: bool,
        is_dry: bool,
        comment: str,
        include_rows: bool,
    ) -> None:
        self.report = report
        self.publish = publish
        self.is_dry = is_dry
        self.comment = comment
        self._by = by
        self.outcomes = Outcomes(report, publish=publish, include_rows=include_rows)
        self.diverter = Diverter(self.outcomes, publish=publish, by=lambda: self.by)

    @property
    def by(self) -> AbstractUser:
        if self._by is None:
            self._by = importing_account()
        return self._by

    def load(self, reading: ReadResult, clear_empty: bool, progress: Callable[[int], None]) -> None:
        """Write the rows of all tables."""
        done = 0
        references = References(reading.unread_tables)
        for name, sources in rows_by_table(reading.sheets).items():
            table = TABLES[name]
            self.report.counts.setdefault(name, Counter())
            warnings = RowWarnings(table, self.report.notices.append)
            loader = Loader(
                table,
                references,
                SeenKeys(),
                clear_empty=clear_empty,
                is_dry=self.is_dry,
                on_problem=self.report.problems.append,
                on_outcome=functools.partial(self.outcomes.record, table),
                compare_with_copies=functools.partial(self.diverter.compare, table),
                divert=functools.partial(self.diverter.divert, table),
                warnings=warnings,
            )
            for rows, from_sheet in sources:
                for count in loader.load(self._good(rows), from_sheet):
                    done += count
                    progress(done)
            warnings.finish()

    def _good(self, rows: Iterable[FileRow | Problem]) -> Iterator[FileRow]:
        for row in rows:
            if isinstance(row, Problem):
                self.report.problems.append(row)
            else:
                yield row

    def finish(self, files: Sequence[Path | Upload]) -> None:
        """Publish entries, save working copies and record revisions. Their problems refuse the whole import too."""
        self._check_citations()
        publication = publish_entries(self.outcomes, by=self.by) if self.publish else Publication()
        written, before, changes = self.outcomes.written, self.outcomes.before, self.diverter.changes
        if not (written or changes or publication.keys or any(before.values())):
            return
        batch = self.report.batch = self._batch(files)
        for name, rows in before.items():
            _save_imported_records(batch, TABLES[name], rows)
        self._write_working_copies(batch)
        if self.is_dry:
            # Revisions cause no problems, and those of a dry run are rolled back.
            return
        publication.save(batch)
        # Publication recorded revisions of its own.
        for keys in keys_by_kind(written - publication.keys).values():
            for chunk in chunks(keys):
                record_revisions(chunk, by=self.by, action=Action.IMPORTED, comment=self.comment, batch=batch)

    def _check_citations(self) -> None:
        """Report entries that are or were public and lost their last citation."""
        uncited = self.outcomes.uncited
        bare = Entry.objects.ever_public().filter(pk__in=uncited, citations=None)
        for pk in bare.values_list("pk", flat=True):
            self.report.problems.append(
                Problem(uncited[pk], _("What is public cites at least one source."), DELETE_COLUMN)
            )

    def _batch(self, files: Sequence[Path | Upload]) -> ImportBatch:
        """The record of the import."""
        published = self.report.published_of
        return ImportBatch.objects.create(  # type: ignore[misc]
            created_by=self.by,
            note=self.comment[:300],
            files=[*map(describe_file, files)],
            counts={
                name: {**counts, **({PUBLISHED: published[name]} if published[name] else {})}
                for name, counts in self.report.counts.items()
                if counts.total()
            },
            published=self.publish,
        )

    def _write_working_copies(self, batch: ImportBatch) -> None:
        changes = self.diverter.changes
        for chunk in chunks(changes):
            warn_of_working_copies(chunk, lambda pk, message: self._notice(changes[pk].place, message))
        for pk, change in changes.items():
            problems, is_kept = import_into_working_copy(
                pk, change, by=self.by, comment=self.comment, batch=batch
            )
            self.report.problems += problems
            self.report.working_copies += is_kept

    def _notice(self, place: FileLocation | None, message: str) -> None:
        self.report.notices.append(Notice(cast(FileLocation, place), message))


def _save_imported_records(batch: ImportBatch, table: Table, rows: Mapping[int, FlatRow | None]) -> None:
    for chunk in chunks(rows):
        kept = [
            ImportedRecord(batch=batch, table=table.name, record=key, before=rows[key], after=row)
            for key, (row, _keys) in table.whole_rows_of(chunk).items()
        ]
        bulk.insert(ImportedRecord, [record for record in kept if record.before != record.after])
