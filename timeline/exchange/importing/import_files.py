"""Imports files: stage by stage, all or nothing, with every error reported at once.

Files are read to rows, which are parsed, resolved and checked in chunks, and written; the report says what each did.
A dry run has the same stages without the last.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from timeline.accounts.importing_account import find_importing_account
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.exchange.importing.admin_edits import AdminEdits
from timeline.exchange.importing.checking import Checker
from timeline.exchange.importing.dependency_order import rows_by_table
from timeline.exchange.importing.former_rows import convert_former_rows
from timeline.exchange.importing.group_changes import GroupChanges
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.key_sets import KeySet
from timeline.exchange.importing.missing_parts import missing_parts
from timeline.exchange.importing.missing_records import missing_records
from timeline.exchange.importing.parsing import parse_rows
from timeline.exchange.importing.pending import PendingRecords
from timeline.exchange.importing.publication import Publication, RecordRows, check_publication, publish
from timeline.exchange.importing.record_models import status_model
from timeline.exchange.importing.report import Report
from timeline.exchange.importing.resolving import Resolver
from timeline.exchange.importing.row_warnings import (
    RowWarnings,
    slugs_of_copies,
    warnings_of_unchanged_records,
    warnings_of_working_copies,
)
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.importing.statistics import LARGE_IMPORT, renew_statistics
from timeline.exchange.importing.working_copies import WorkingCopyChange, change_working_copies, problems_of
from timeline.exchange.importing.writing import Writer, lock_records
from timeline.exchange.mapping.mapped_reading import MappedReading, read_files
from timeline.exchange.mapping.mapping import NO_ANSWERS, Answers, Mapping
from timeline.exchange.mapping.questions import unanswered
from timeline.exchange.readers.placeholders import notices_of_signs
from timeline.exchange.readers.sources import Upload, describe_file
from timeline.exchange.readers.types import FileLocation, FileRow, Notice, Problem, ReadResult
from timeline.exchange.snapshot import snapshot
from timeline.models import Citation, Entry, ImportBatch, JobStage
from timeline.models.chunks import chunks
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.rows.tables import DELETE_COLUMN, TABLES, Table, table_of

# A key in the counts of an import, besides the outcomes of rows: the number of records that it published.
PUBLISHED = "published"


class StalePreviewError(Exception):
    """The data changed after the preview, so the import would have a different result."""


class ImportCancelledError(Exception):
    """The import or preview was cancelled while it ran. Nothing was changed."""


def import_files(
    files: Sequence[Path | Upload],
    *,
    by: AbstractUser | None = None,
    publish: bool = False,
    dry_run: bool = False,
    encoding: str | None = None,
    clear_empty: bool = False,
    keep_edits: bool = False,
    overwrite_edits: bool = False,
    comment: str = "",
    include_rows: bool = False,
    expected_fingerprint: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
    begin: Callable[[JobStage], None] = lambda stage: None,
    mapping: Mapping | None = None,
    answers: Answers = NO_ANSWERS,
    before_commit: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Import the rows of these files, folders and uploads: those of the chronicle as they are, others by a mapping.

    What a mapped file leaves open are the questions of the report; while one has no answer, it is a problem.

    New records become drafts; those that are or were public get a working copy. With `publish`, drafts are
    published by `by` (by default the account of imports without a user), with the drafts that they name, and public
    records changed. An empty
    cell of a spreadsheet is ignored, or clears the value with `clear_empty`. `encoding` is the encoding of
    files that do not declare theirs.

    With `keep_edits`, what was changed in the admin since the last import of files of these names stays where they say what
    they said then; what both changed is a problem, or with `overwrite_edits` a notice. What a mapped file would change of it
    is a question in any case, unless `overwrite_edits`.

    All or nothing: with any problem, the database does not change. A dry run writes nothing and takes no lock; it
    reads one snapshot. `progress` is called with the number of rows done, `begin` with what begins after the last row. `include_rows` adds the outcome of each
    row to the report. `before_commit` is called at the end of the transaction of an import without problems. What these three
    raise, such as ImportCancelledError, ends the import with nothing changed.

    `expected_fingerprint` is the fingerprint of the report of a preview. Raises StalePreviewError, and writes nothing,
    if the import would have a different result, unless the database refuses rows: these are problems. Raises MappingError. Database and disk errors are raised as they are;
    `exchange/database_errors.py` has their messages.
    """
    reading = read_files(files, encoding, mapping, answers, publish=publish)
    writer = None if dry_run else Writer(by, comment)
    importing = _Import(reading, writer, by=by, publish=publish, clear_empty=clear_empty)
    if mapping is not None:
        importing.edits = AdminEdits(files, overwrite_edits, {**mapping.answers, **answers})
    elif keep_edits or overwrite_edits:
        importing.edits = AdminEdits(files, overwrite_edits)
    importing.tells_missing = keep_edits or overwrite_edits
    importing.begin = begin
    importing.includes_rows = include_rows or expected_fingerprint is not None
    report = importing.report
    if isinstance(reading, MappedReading):
        report.add_questions(reading.questions)
        importing.open_questions = len(unanswered(reading.questions))
    if writer is None:
        with snapshot():
            importing.run(progress)
        return report
    with atomic_with_commit_check(lambda: _is_committed(report.batch)):
        importing.run(progress)
        is_as_expected = expected_fingerprint in (None, report.fingerprint)
        # What the database refuses is in no preview: it is reported instead.
        if not (is_as_expected or writer.has_refused_rows):
            raise StalePreviewError
        if report.problems:
            transaction.set_rollback(True)
        else:
            importing.record(files, writer)
            before_commit(report)
    return report


def _is_committed(batch: ImportBatch | None) -> bool:
    return batch is not None and ImportBatch.objects.filter(pk=batch.pk, created_at=batch.created_at).exists()


class _Import:
    """One import. Without a writer, it ends with the check."""

    begin: Callable[[JobStage], None]
    includes_rows = False
    # Whether the records are told that former imports of the files had, and these do not.
    tells_missing = False
    open_questions = 0
    edits: AdminEdits | None = None

    def __init__(
        self,
        reading: ReadResult,
        writer: Writer | None,
        *,
        by: AbstractUser | None,
        publish: bool,
        clear_empty: bool,
    ) -> None:
        self.sheets = reading.sheets
        self.writer = writer
        self.by = by
        self.publishes = publish
        self.clear_empty = clear_empty
        self.report = Report(
            problems=[*reading.problems], notices=[*reading.notices], encodings={**reading.encodings}
        )
        self.pending = PendingRecords()
        self.resolver = Resolver(self.pending, reading.unread_tables, publish=publish)
        # Without records unless the import publishes.
        self.records = RecordRows()
        # Entries that lost a citation, with the place of the row that deleted it.
        self.uncited: dict[int, FileLocation] = {}
        self.groups = GroupChanges()
        # The changes of records that are or were public, by model with a status and key.
        self.changes: defaultdict[type[Record], dict[int, WorkingCopyChange]] = defaultdict(dict)
        self.publication = Publication()
        # The stored records with a row of their own, by model with a status; known where edits are kept.
        self.present: defaultdict[type[Record], KeySet] = defaultdict(KeySet)
        # The keys of the rows, by table of parts.
        self.seen_parts: dict[str, SeenKeys] = {}

    def run(self, progress: Callable[[int], None]) -> None:
        """Bring all rows through the stages, and then check what concerns them together."""
        done = 0
        copies = slugs_of_copies() if self.sheets else {}
        for name, sources in convert_former_rows(rows_by_table(self.sheets)).items():
            table = TABLES[name]
            self.report.counts[name] = Counter()
            warnings = RowWarnings(table, copies)
            checker, seen = Checker(table, self.resolver, warnings, self.edits), SeenKeys()
            if table.within:
                self.seen_parts[name] = seen
            for source, from_sheet in sources:
                signs, place = Counter[str](), FileLocation("")
                for rows in chunks(source):
                    sound = [row for row in rows if isinstance(row, FileRow)]
                    self._add_problems(table, [row for row in rows if isinstance(row, Problem)])
                    parsed = parse_rows(table, sound, clears=self.clear_empty or not from_sheet)
                    self._import(table, parsed, checker, seen)
                    # Where the import publishes, each has a notice of its own.
                    if not self.publishes:
                        warnings.note_withdrawn(parsed)
                    warnings.note_left(parsed)
                    for row in sound:
                        signs.update(row.signs)
                        place = FileLocation(row.place.file, name)
                    done += len(sound)
                    progress(done)
                self.report.notices += notices_of_signs(place, signs)
            warnings.finish()
            self.report.without_phase += checker.without_phase.notices()
            self.report.notices += warnings.notices
        self.report.kept_drafts = self.records.statuses.count
        self.report.notices += self.records.statuses.notices()
        self.report.notices += self.report.without_phase
        if self.edits is not None:
            self.report.add_questions(self.edits.questions)
            self.open_questions += len(unanswered(self.edits.questions))
            self.report.edits = self.edits.notices
            self.report.kept_edits, self.report.edit_conflicts = self.edits.kept, self.edits.conflicts
            if self.tells_missing and not self.report.problems:
                self.report.missing = self._missing(self.edits)
            self.report.notices += self.report.edits + self.report.missing
        # With open questions nothing is written, but a preview also says what stands against the publication.
        is_only_asked = self.writer is None and len(self.report.problems) == self.open_questions
        if not self.report.problems or is_only_asked:
            self.begin(JobStage.TOGETHER)
            self._check_together()
            progress(done)
        else:
            self.report.has_later_checks = True
        self.report.problems.sort(key=lambda one: (one.place.file, one.place.row, one.place.line))

    def _missing(self, edits: AdminEdits) -> list[Notice]:
        """The notices of the records, and of the parts of records, that the files once had and that are not in them."""
        batches, exported = edits.whole_batches, edits.exported or 0
        if not batches and not exported:
            return []
        found = [*missing_records(batches, self.present, exported)]
        # A table of another office has some of the parts only.
        if edits.answers is None:
            found += missing_parts(batches, self.present, self.seen_parts, exported)
        return found

    def _add_problems(self, table: Table, problems: Sequence[Problem]) -> None:
        """Report what is wrong with the rows as they are read."""
        self.report.problems += problems
        if any(problem.hides_rows for problem in problems):
            self.resolver.add_unread(table)

    def _import(self, table: Table, parsed: Sequence[ImportRow], checker: Checker, seen: SeenKeys) -> None:
        """Resolve, check and write rows; in a dry run, let the checks of later rows know of them instead."""
        rows = self.resolver.identify(table, parsed, seen)
        if self.writer is not None:
            lock_records(table, rows)
        self.resolver.find_stored(table, rows)
        checker.check(rows)
        identified = {*rows}
        checker.check_cells([row for row in parsed if row not in identified])
        if self.writer is None:
            self.pending.add([row for row in parsed if row.is_written])
        else:
            self.writer.write(table, parsed)
            self.resolver.add_written(parsed)
            self.pending.clear()
        self.resolver.note_failures(parsed)
        self.resolver.references.evict()
        if self.publishes:
            self.records.add(parsed, self.pending)
        else:
            self.records.statuses.note_unpublished(parsed)
        for row in parsed:
            if row.outcome:
                self._collect(table, row)
            if self.edits is not None and row.pk is not None and not table.within:
                self.present[status_model(table)].add(row.pk)
        self.report.add_rows(table, parsed, with_each=self.includes_rows)

    def _collect(self, table: Table, row: ImportRow) -> None:
        """Collect what is checked of all rows together."""
        if (key := row.owner_pk) is None:
            return
        if row.is_diverted and row.outcome != "unchanged":
            self.changes[status_model(table)].setdefault(key, WorkingCopyChange(row.place)).add(row)
            return
        self.groups.add(row)
        if row.outcome == "deleted" and table.model is Citation:
            self.uncited[key] = row.place

    def _check_together(self) -> None:
        """Check citations, publication and working copies, which depend on all rows."""
        public = [*Entry.objects.ever_public().filter(pk__in=self.uncited).values_list("pk", flat=True)]
        counts = self.pending.citation_counts(public)
        message = _("What is public cites at least one source.")
        self.report.problems += [
            Problem(self.uncited[pk], message, DELETE_COLUMN) for pk in public if counts[pk] <= 0
        ]
        self.report.problems += self.groups.problems(are_written=self.writer is not None)
        if self.publishes:
            if self.writer is not None:
                self.begin(JobStage.PUBLISHING)
            self._publish_or_check()
        for model, changes in self.changes.items():
            for chunk in chunks(sorted(changes)):
                copies = [*change_working_copies({model: {pk: changes[pk] for pk in chunk}})]
                changed = [copy.record.pk for copy in copies if copy.is_changed]
                for pk, message in warnings_of_working_copies(model, changed):
                    self.report.notices.append(Notice(changes[pk].place, message))
                self.report.problems += problems_of(copies, changes, self.pending)
                self.report.working_copies += sum(copy.is_changed for copy in copies)

    def _publish_or_check(self) -> None:
        """Publish records; in a dry run, check whether they can be. Each refusal is a problem of its row."""
        rows = self.records
        for model, named in rows.named.items():
            for chunk in chunks(sorted(named)):
                for pk, message in warnings_of_unchanged_records(model, chunk, self.pending):
                    self.report.notices.append(Notice(named[pk][0], message))
        if self.writer is None:
            by = self.by or find_importing_account()
            publication = check_publication(rows, by, self.pending)
        else:
            publication = publish(rows, self.writer.by, self.pending)
        for model, keys in publication.records.items():
            table, refused = slug_owner_name(model), publication.refused
            slugs = {rows.named[model][key][1] for key in keys if (table, key) not in refused}
            self.report.add_published(table_of(model), slugs)
        for model, drafts in publication.drafts_named.items():
            self.report.published_of[table_of(model).name] += len(drafts)
        self.report.add_public_changes(sum(map(len, rows.changed.values())), rows.changing)
        self.report.problems += rows.problems(publication, self.pending)
        self.publication = publication

    def record(self, files: Sequence[Path | Upload], writer: Writer) -> None:
        """Save the working copies, and the record of the import if it did anything."""
        if not (writer.has_written or self.changes or self.publication.keys):
            return
        counts = {name: {**counts} for name, counts in self.report.counts.items() if counts.total()}
        for name, published in self.report.published_of.items():
            if published:
                counts.setdefault(name, {})[PUBLISHED] = published
        self.report.batch = ImportBatch.objects.create(  # type: ignore[misc]
            created_by=writer.by,
            note=writer.comment[:300],
            files=[*map(describe_file, files)],
            counts=counts,
            published=self.publishes,
        )
        self.begin(JobStage.HISTORY)
        # Computed again by the chunk, so that not all of them are in memory.
        writer.finish(self.report.batch, self.publication, change_working_copies(self.changes))
        changed = sum(
            number for of in counts.values() for outcome, number in of.items() if outcome != "unchanged"
        )
        if changed >= LARGE_IMPORT:
            # What is committed stays imported, whatever happens to its statistics.
            transaction.on_commit(renew_statistics, robust=True)
