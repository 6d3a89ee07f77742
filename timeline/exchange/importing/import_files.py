"""Files into the record: all or nothing, every error at once, and no change where a file says what is there."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from timeline.editing.revisions import model_of, record_revisions
from timeline.exchange.database_errors import atomic_with_commit_check
from timeline.exchange.importing.checksums import describe_file
from timeline.exchange.importing.dependency_order import dependency_levels, self_references
from timeline.exchange.importing.import_row import ColumnChange, ImportRow
from timeline.exchange.importing.loading import CHUNK_SIZE, Loader
from timeline.exchange.importing.report import Report
from timeline.exchange.importing.row_warnings import (
    RowWarnings,
    warn_of_unchanged_entries,
    warn_of_working_copies,
)
from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.importing.working_copies import (
    WorkingCopyChange,
    compare_with_copies,
    import_into_working_copy,
)
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, FileRow, Notice, Problem, ReadResult
from timeline.exchange.reading import read
from timeline.models import Action, Citation, Entry, ImportBatch, ImportedRecord, Revision
from timeline.rows import bulk
from timeline.rows.references import References
from timeline.rows.tables import DELETE_COLUMN, TABLES, FlatRow, Table, table_of
from timeline.search import index
from timeline.workflow import Status, publish_all

IMPORTER = "import_content"
# Beside the outcomes of rows, in the record of an import: how many entries of a table it made public.
PUBLISHED = "published"
# Where one of so many public entries is new, all of the search index is read and written again: so it costs each new one
# as much as ten old ones at most.
OPTIMIZE_RATIO = 10


class StalePreviewError(Exception):
    """Somebody changed what the files speak of: the import would not do what its preview said."""


class _ImportRolledBackError(Exception):
    """Carries a rollback out of the transaction."""


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
    """Bring the rows of these files, folders and uploads into the record.

    New entries become drafts, and what is or was public gets a working copy; with `publish` drafts are published by
    `by` (by default the account that stands for imports nobody put their name to) and public entries changed. An
    empty cell of a spreadsheet leaves what is there, or clears it with `clear_empty`. `encoding` is for files that
    do not tell theirs.

    All or nothing: with any problem, or on a dry run, the database is as it was. `progress` is told the rows done.
    `include_rows` keeps what each row does; `expected_fingerprint` is the `name` of such a report: where it would come out otherwise
    now, nothing is written, and StalePreviewError is raised. What a database or disk that fails raises, `faults` puts into words.
    """
    reading = read(files, encoding)
    report = Report(problems=[*reading.problems], notices=[*reading.notices], encodings={**reading.encodings})
    running = _Import(report, reading, by=by, publish=publish, clear_empty=clear_empty, comment=comment)
    running.files = files
    running.include_rows = include_rows or expected_fingerprint is not None
    running.is_dry = dry_run
    try:
        with atomic_with_commit_check(lambda: _is_committed(report.batch)):
            running.load(progress)
            if not report.problems:
                running.finish()
            # Before the comparison: the order is a part of the report's name.
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
    """Who publishes where nobody is named: an account that nobody can log in with."""
    account, created = get_user_model().objects.get_or_create(
        username=IMPORTER, defaults={"is_active": False}
    )
    if created:
        account.set_unusable_password()
        account.save()
    return account


class _Import:
    """One import on its way, table after table in the order of `TABLES`, within the caller's transaction."""

    def __init__(
        self,
        report: Report,
        reading: ReadResult,
        *,
        by: AbstractUser | None,
        publish: bool,
        clear_empty: bool,
        comment: str,
    ) -> None:
        self.report = report
        self.reading = reading
        self.publish = publish
        self.clear_empty = clear_empty
        self.comment = comment
        self._by = by
        self.references = References(reading.unread_tables)
        self.include_rows = False
        self.is_dry = False
        self.files: Sequence[Path | Upload] = ()
        self.batch: ImportBatch | None = None
        # Entries of these files, to be published; and entries that were written, by their own row or a part's.
        self.entries: list[tuple[FileLocation, int]] = []
        self.written: set[int] = set()
        self.uncited: dict[int, FileLocation] = {}
        self.made_public: set[int] = set()
        self.last_revision_before = 0
        # Records that are no entries: what those that were written were before, None where they are new.
        self.before: defaultdict[str, dict[int, FlatRow | None]] = defaultdict(dict)
        # What is or was public and is to get a working copy: its place, its columns, its parts by table and key.
        self.working_copy_changes: defaultdict[int, WorkingCopyChange] = defaultdict(WorkingCopyChange)

    @property
    def by(self) -> AbstractUser:
        if self._by is None:
            self._by = importing_account()
        return self._by

    def load(self, progress: Callable[[int], None]) -> None:
        done = 0
        for name, sources in self._sources().items():
            table, seen = TABLES[name], SeenKeys()
            warnings = RowWarnings(table, self.report.notices.append)
            loader = Loader(
                table,
                self.references,
                seen,
                clear_empty=self.clear_empty,
                is_dry=self.is_dry,
                on_problem=self.report.problems.append,
                on_outcome=self._outcome_recorder(table),
                compare_with_copies=self._copy_comparer(table),
                divert=self._diverter(table),
                warnings=warnings,
            )
            for rows, from_sheet in sources:
                for count in loader.load(self._good(rows), from_sheet):
                    done += count
                    progress(done)
            warnings.finish()

    def _sources(self) -> dict[str, list[tuple[Iterable[FileRow | Problem], bool]]]:
        """The rows of each table: those of spreadsheets as streams, those that are held in the order they need."""
        held: defaultdict[str, list[FileRow | Problem]] = defaultdict(list)
        sources: dict[str, list[tuple[Iterable[FileRow | Problem], bool]]] = {name: [] for name in TABLES}
        for sheet in self.reading.sheets:
            if sheet.headers and not self_references(sheet.table):
                sources[sheet.table.name].append((sheet, True))
            elif sheet.headers:
                sources[sheet.table.name] += [
                    (level, True) for level in dependency_levels(sheet.table, sheet)
                ]
            else:
                for row in sheet:
                    held[row.table.name if isinstance(row, FileRow) else sheet.table.name].append(row)
        for name, rows in held.items():
            sources[name] += [(level, False) for level in dependency_levels(TABLES[name], rows)]
        return sources

    def _good(self, rows: Iterable[FileRow | Problem]) -> Iterator[FileRow]:
        for row in rows:
            if isinstance(row, Problem):
                self.report.problems.append(row)
            else:
                yield row

    def _outcome_recorder(self, table: Table) -> Callable[[ImportRow, str], None]:
        counts = self.report.counts.setdefault(table.name, Counter())
        is_entry = issubclass(table.model, Entry)
        of_entry = bool(table.within) and issubclass(table.columns[table.within].model, Entry)

        def tell(item: ImportRow, outcome: str) -> None:
            counts[outcome] += 1
            self._report_row(table, item, outcome)
            if is_entry and self.publish and item.pk is not None:
                self.entries.append((item.place, item.pk))
            if outcome == "unchanged":
                return
            if is_entry and item.pk is not None:
                self.written.add(item.pk)
            elif not table.within and item.pk is not None:
                self.before[table.name].setdefault(item.pk, None)
            elif of_entry and item.parent_pk is not None:
                self.written.add(item.parent_pk)
                if outcome == "deleted" and table.model is Citation:
                    self.uncited[item.parent_pk] = item.place
            self._report_changes(table, item, outcome)

        return tell

    def _report_row(self, table: Table, item: ImportRow, outcome: str) -> None:
        if self.include_rows:
            present = item.stored or {}
            self.report.rows.append(
                {
                    "place": str(item.place),
                    "table": table.name,
                    "key": " / ".join(item.key),
                    "outcome": outcome,
                    "publishes": False,
                    # Tuples of texts, which the garbage collector does not go through again and again.
                    "columns": tuple((name, present.get(name), new) for name, new in item.changes.items()),
                }
            )

    def _report_changes(self, table: Table, item: ImportRow, outcome: str) -> None:
        if outcome == "changed" and item.stored is not None:
            key = " / ".join(item.key)
            self.report.changes += [
                ColumnChange(item.place, key, column, item.stored[column], new)
                for column, new in item.changes.items()
            ]

    # --- what is or was public, where the import may not change it

    def _copy_comparer(self, table: Table) -> Callable[[Sequence[ImportRow]], None]:
        """Has rows compared with the working copies that they are to change, instead of what is public."""
        around = table.columns[table.within].model if table.within else table.model
        if self.publish or not issubclass(around, Entry):
            return lambda items: None
        return lambda items: compare_with_copies(table, items)

    def _diverter(self, table: Table) -> Callable[[Sequence[ImportRow]], Sequence[ImportRow]]:
        if issubclass(table.model, Entry):
            return self._divert_public_entries
        if table.within and issubclass(table.columns[table.within].model, Entry):
            return lambda items: self._divert_public_parts(table, items)
        whole = table_of(table.columns[table.within].model) if table.within else table
        return lambda items: self._remember_before(whole, items)

    def _remember_before(self, table: Table, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        """Keep what records are before they are changed; of entries their revisions say it."""
        before = self.before[table.name]
        keys = {item.pk if item.parent_pk is None else item.parent_pk for item in items}
        fresh = [key for key in keys if key is not None and key not in before]
        before |= {key: row for key, (row, _keys) in table.whole_rows_of(fresh).items()}
        return items

    def _save_initial_revisions(self, keys: Iterable[int | None]) -> None:
        """A revision of entries as they are before the import, where none was kept yet: nobody else could put them back."""
        there = {key for key in keys if key is not None} - self.written
        kept = Revision.objects.filter(entry_id__in=there).order_by().values_list("entry_id", flat=True)
        for of_kind in _by_kind(there - {*kept}).values():
            record_revisions(
                of_kind, by=self.by, action=Action.SAVED, comment=_("As it was before the import")
            )

    def _divert_public_entries(self, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        self._save_initial_revisions(item.pk for item in items)
        if self.publish:
            return items
        rest = []
        for item in items:
            if item.pk is not None and item.record.is_ever_public:
                aside = self.working_copy_changes[item.pk]
                aside.place = item.place
                aside.columns |= item.changes
                self._count_diverted(item, "changed")
            else:
                rest.append(item)
        return rest

    def _count_diverted(self, item: ImportRow, outcome: str) -> None:
        table = TABLES[item.place.table]
        self.report.counts.setdefault(table.name, Counter())[outcome] += 1
        self._report_row(table, item, outcome)
        self._report_changes(table, item, outcome)

    def _divert_public_parts(self, table: Table, items: Sequence[ImportRow]) -> Sequence[ImportRow]:
        self._save_initial_revisions(item.parent_pk for item in items)
        if self.publish:
            return items
        keys = {item.parent_pk for item in items if item.parent_pk is not None}
        public = {*Entry.objects.ever_public().filter(pk__in=keys).values_list("pk", flat=True)}
        rest = []
        for item in items:
            if item.parent_pk is None or item.parent_pk not in public:
                rest.append(item)
                continue
            aside = self.working_copy_changes[item.parent_pk]
            aside.place = aside.place or item.place
            outcome = "deleted" if item.is_deletion else "new" if item.stored is None else "changed"
            key = {name: item.cells[name] for name in table.key}
            part = table.with_defaults(key) | (item.stored or {}) | item.changes
            del part[table.within]
            aside.parts[table.name][item.key] = None if outcome == "deleted" else part
            self.report.counts.setdefault(table.name, Counter())[outcome] += 1
            self._report_row(table, item, outcome)
            self._report_changes(table, item, outcome)
        return rest

    # --- the end

    def finish(self) -> None:
        """Publish, keep working copies and revisions; problems of these refuse the whole import too."""
        bare = Entry.objects.ever_public().filter(pk__in=self.uncited, citations=None)
        for pk in bare.values_list("pk", flat=True):
            self.report.problems.append(
                Problem(self.uncited[pk], _("What is public cites at least one source."), DELETE_COLUMN)
            )
        if self.publish:
            self._publish()
        if not (self.written or self.working_copy_changes or self.made_public or any(self.before.values())):
            return
        self.batch = self.report.batch = ImportBatch.objects.create(  # type: ignore[misc]
            created_by=self.by,
            note=self.comment[:300],
            files=[*map(describe_file, self.files)],
            counts={
                name: {
                    **counts,
                    **({PUBLISHED: number} if (number := self.report.published_of[name]) else {}),
                }
                for name, counts in self.report.counts.items()
                if counts.total()
            },
            published=self.publish,
        )
        for name, rows in self.before.items():
            self._save_imported_records(TABLES[name], rows)
        for portion in _chunks(self.working_copy_changes):
            warn_of_working_copies(
                portion, lambda pk, told: self._notice(self.working_copy_changes[pk].place, told)
            )
        for pk, aside in self.working_copy_changes.items():
            problems, is_kept = import_into_working_copy(
                pk, aside, by=self.by, comment=self.comment, batch=self.batch
            )
            self.report.problems += problems
            self.report.working_copies += is_kept
        if self.is_dry:
            # Revisions refuse nothing, and nobody reads those of what is taken back.
            return
        for portion in _chunks(self.made_public):
            of_publishing = Revision.objects.filter(entry_id__in=portion, pk__gt=self.last_revision_before)
            of_publishing.update(batch=self.batch)
        if self.made_public and len(self.made_public) * OPTIMIZE_RATIO >= Entry.objects.published().count():
            index.optimize(connection)
        # Publishing kept a revision of its own.
        for keys in _by_kind(self.written - self.made_public).values():
            for portion in _chunks(keys):
                record_revisions(
                    portion, by=self.by, action=Action.IMPORTED, comment=self.comment, batch=self.batch
                )

    def _report_published(self, table: Table, keys: set[int]) -> None:
        self.report.published_of[table.name] += len(keys)
        if self.include_rows:
            slugs = {*table.model._default_manager.filter(pk__in=keys).values_list("slug", flat=True)}
            for row in self.report.rows:
                row["publishes"] |= row["table"] == table.name and row["key"] in slugs

    def _notice(self, place: FileLocation | None, words: str) -> None:
        self.report.notices.append(Notice(cast(FileLocation, place), words))

    def _save_imported_records(self, table: Table, rows: dict[int, FlatRow | None]) -> None:
        for portion in _chunks(rows):
            kept = [
                ImportedRecord(batch=self.batch, table=table.name, record=key, before=rows[key], after=row)
                for key, (row, _keys) in table.whole_rows_of(portion).items()
            ]
            bulk.insert(ImportedRecord, [record for record in kept if record.before != record.after])

    def _publish(self) -> None:
        """Publish every entry of these files that is not public; each refusal is a problem of its row."""
        places = {pk: place for place, pk in self.entries}
        drafts = _by_kind(
            places, Entry.objects.with_status(Status.DRAFT) | Entry.objects.with_status(Status.REVIEW)
        )
        for portion in _chunks(places):
            warn_of_unchanged_entries(portion, lambda pk, told: self._notice(places[pk], told))
        self.last_revision_before = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
        refused = publish_all(
            {model_of(kind): keys for kind, keys in drafts.items()},
            by=self.by,
        )
        self.made_public = {key for keys in drafts.values() for key in keys} - refused.keys()
        for kind, keys in drafts.items():
            self._report_published(table_of(model_of(kind)), {*keys} & self.made_public)
        self.report.problems += [
            Problem(places[key], objection.message, objection.field)
            for key, objections in refused.items()
            for objection in objections
        ]


def _chunks(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(sorted(keys))
    while portion := list(itertools.islice(remaining, CHUNK_SIZE)):
        yield portion


def _by_kind(keys: Iterable[int], entries: Any = None) -> dict[str, list[int]]:
    """Those of these keys that are among the entries (by default all), by their kinds."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    among = Entry.objects.all() if entries is None else entries
    for portion in _chunks(keys):
        for pk, kind in among.filter(pk__in=portion).order_by("pk").values_list("pk", "kind"):
            kinds[kind].append(pk)
    return kinds
