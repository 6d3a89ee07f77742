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
from timeline.exchange.database_errors import whole
from timeline.exchange.importing.checksums import described
from timeline.exchange.importing.dependency_order import levels, refers_to_itself
from timeline.exchange.importing.import_row import Change, Item
from timeline.exchange.importing.loading import CHUNK, Loader
from timeline.exchange.importing.report import Report
from timeline.exchange.importing.row_warnings import RowWarnings, warn_of_what_stays, warn_of_working_copies
from timeline.exchange.importing.seen_keys import Keys
from timeline.exchange.importing.working_copies import Aside, compare_with_copies, keep_working_copy
from timeline.exchange.readers import FileRow, Notice, Place, Problem, Reading, Upload, read
from timeline.models import Action, Citation, Entry, ImportBatch, ImportedRecord, Revision
from timeline.rows import bulk
from timeline.rows.references import References
from timeline.rows.tables import DELETE, TABLES, Row, Table, table_of
from timeline.search import index
from timeline.workflow import Status, publish_all

IMPORTER = "import_content"
# Beside the outcomes of rows, in the record of an import: how many entries of a table it made public.
PUBLISHED = "published"
# Where one of so many public entries is new, all of the search index is read and written again: so it costs each new one
# as much as ten old ones at most.
WORTH_JOINING = 10


class Otherwise(Exception):
    """Somebody changed what the files speak of: the import would not do what its preview said."""


class _Refused(Exception):
    """Carries a rollback out of the transaction."""


def import_files(
    files: Sequence[Path | Upload],
    *,
    by: AbstractUser | None = None,
    publish: bool = False,
    dry_run: bool = False,
    encoding: str | None = None,
    clear_empty: bool = False,
    why: str = "",
    keep_rows: bool = False,
    expected: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Bring the rows of these files, folders and uploads into the record.

    New entries become drafts, and what is or was public gets a working copy; with `publish` drafts are published by
    `by` (by default the account that stands for imports nobody put their name to) and public entries changed. An
    empty cell of a spreadsheet leaves what is there, or clears it with `clear_empty`. `encoding` is for files that
    do not tell theirs.

    All or nothing: with any problem, or on a dry run, the database is as it was. `progress` is told the rows done.
    `keep_rows` keeps what each row does; `expected` is the `name` of such a report: where it would come out otherwise
    now, nothing is written, and Otherwise is raised. What a database or disk that fails raises, `faults` puts into words.
    """
    reading = read(files, encoding)
    report = Report(problems=[*reading.problems], notices=[*reading.notices], encodings={**reading.encodings})
    running = _Import(report, reading, by=by, publish=publish, clear_empty=clear_empty, why=why)
    running.files = files
    running.keeps_rows = keep_rows or expected is not None
    running.is_dry = dry_run
    try:
        with whole(lambda: _stands(report.batch)):
            running.load(progress)
            if not report.problems:
                running.finish()
            # Before the comparison: the order is a part of the report's name.
            report.problems.sort(key=_where)
            if expected is not None and report.name != expected:
                raise Otherwise
            if report.problems or dry_run:
                raise _Refused
    except _Refused:
        report.batch = None
    return report


def _where(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.row, problem.place.line


def _stands(batch: ImportBatch | None) -> bool:
    return batch is not None and ImportBatch.objects.filter(pk=batch.pk, at=batch.at).exists()


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
        reading: Reading,
        *,
        by: AbstractUser | None,
        publish: bool,
        clear_empty: bool,
        why: str,
    ) -> None:
        self.report = report
        self.reading = reading
        self.publish = publish
        self.clear_empty = clear_empty
        self.why = why
        self._by = by
        self.references = References(reading.unread)
        self.keeps_rows = False
        self.is_dry = False
        self.files: Sequence[Path | Upload] = ()
        self.batch: ImportBatch | None = None
        # Entries of these files, to be published; and entries that were written, by their own row or a part's.
        self.entries: list[tuple[Place, int]] = []
        self.written: set[int] = set()
        self.bared: dict[int, Place] = {}
        self.made_public: set[int] = set()
        self.last_revision_before = 0
        # Records that are no entries: what those that were written were before, None where they are new.
        self.before: defaultdict[str, dict[int, Row | None]] = defaultdict(dict)
        # What is or was public and is to get a working copy: its place, its columns, its parts by table and key.
        self.set_aside: defaultdict[int, Aside] = defaultdict(Aside)

    @property
    def by(self) -> AbstractUser:
        if self._by is None:
            self._by = importing_account()
        return self._by

    def load(self, progress: Callable[[int], None]) -> None:
        done = 0
        for name, sources in self._sources().items():
            table, seen = TABLES[name], Keys()
            warnings = RowWarnings(table, self.report.notices.append)
            loader = Loader(
                table,
                self.references,
                seen,
                clear_empty=self.clear_empty,
                is_dry=self.is_dry,
                blame=self.report.problems.append,
                told=self._told(table),
                as_shown=self._as_shown(table),
                aside=self._aside(table),
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
            if sheet.headers and not refers_to_itself(sheet.table):
                sources[sheet.table.name].append((sheet, True))
            elif sheet.headers:
                sources[sheet.table.name] += [(level, True) for level in levels(sheet.table, sheet)]
            else:
                for row in sheet:
                    held[row.table.name if isinstance(row, FileRow) else sheet.table.name].append(row)
        for name, rows in held.items():
            sources[name] += [(level, False) for level in levels(TABLES[name], rows)]
        return sources

    def _good(self, rows: Iterable[FileRow | Problem]) -> Iterator[FileRow]:
        for row in rows:
            if isinstance(row, Problem):
                self.report.problems.append(row)
            else:
                yield row

    def _told(self, table: Table) -> Callable[[Item, str], None]:
        counts = self.report.counts.setdefault(table.name, Counter())
        is_entry = issubclass(table.model, Entry)
        of_entry = bool(table.within) and issubclass(table.columns[table.within].model, Entry)

        def tell(item: Item, outcome: str) -> None:
            counts[outcome] += 1
            self._keep_row(table, item, outcome)
            if is_entry and self.publish and item.pk is not None:
                self.entries.append((item.place, item.pk))
            if outcome == "unchanged":
                return
            if is_entry and item.pk is not None:
                self.written.add(item.pk)
            elif not table.within and item.pk is not None:
                self.before[table.name].setdefault(item.pk, None)
            elif of_entry and item.around is not None:
                self.written.add(item.around)
                if outcome == "deleted" and table.model is Citation:
                    self.bared[item.around] = item.place
            self._tell_changes(table, item, outcome)

        return tell

    def _keep_row(self, table: Table, item: Item, outcome: str) -> None:
        if self.keeps_rows:
            present = item.present or {}
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

    def _tell_changes(self, table: Table, item: Item, outcome: str) -> None:
        if outcome == "changed" and item.present is not None:
            key = " / ".join(item.key)
            self.report.changes += [
                Change(item.place, key, column, item.present[column], new)
                for column, new in item.changes.items()
            ]

    # --- what is or was public, where the import may not change it

    def _as_shown(self, table: Table) -> Callable[[Sequence[Item]], None]:
        """Has rows compared with the working copies that they are to change, instead of what is public."""
        around = table.columns[table.within].model if table.within else table.model
        if self.publish or not issubclass(around, Entry):
            return lambda items: None
        return lambda items: compare_with_copies(table, items)

    def _aside(self, table: Table) -> Callable[[Sequence[Item]], Sequence[Item]]:
        if issubclass(table.model, Entry):
            return self._entries_aside
        if table.within and issubclass(table.columns[table.within].model, Entry):
            return lambda items: self._parts_aside(table, items)
        whole = table_of(table.columns[table.within].model) if table.within else table
        return lambda items: self._remembered(whole, items)

    def _remembered(self, table: Table, items: Sequence[Item]) -> Sequence[Item]:
        """Keep what records are before they are changed; of entries their revisions say it."""
        before = self.before[table.name]
        keys = {item.pk if item.around is None else item.around for item in items}
        fresh = [key for key in keys if key is not None and key not in before]
        before |= {key: row for key, (row, _keys) in table.whole_rows_of(fresh).items()}
        return items

    def _keep_beginnings(self, keys: Iterable[int | None]) -> None:
        """A revision of entries as they are before the import, where none was kept yet: nobody else could put them back."""
        there = {key for key in keys if key is not None} - self.written
        kept = Revision.objects.filter(entry_id__in=there).order_by().values_list("entry_id", flat=True)
        for of_kind in _by_kind(there - {*kept}).values():
            record_revisions(of_kind, by=self.by, action=Action.SAVED, why=_("As it was before the import"))

    def _entries_aside(self, items: Sequence[Item]) -> Sequence[Item]:
        self._keep_beginnings(item.pk for item in items)
        if self.publish:
            return items
        rest = []
        for item in items:
            if item.pk is not None and item.record.is_ever_public:
                aside = self.set_aside[item.pk]
                aside.place = item.place
                aside.columns |= item.changes
                self._count_aside(item, "changed")
            else:
                rest.append(item)
        return rest

    def _count_aside(self, item: Item, outcome: str) -> None:
        table = TABLES[item.place.table]
        self.report.counts.setdefault(table.name, Counter())[outcome] += 1
        self._keep_row(table, item, outcome)
        self._tell_changes(table, item, outcome)

    def _parts_aside(self, table: Table, items: Sequence[Item]) -> Sequence[Item]:
        self._keep_beginnings(item.around for item in items)
        if self.publish:
            return items
        keys = {item.around for item in items if item.around is not None}
        public = {*Entry.objects.ever_public().filter(pk__in=keys).values_list("pk", flat=True)}
        rest = []
        for item in items:
            if item.around is None or item.around not in public:
                rest.append(item)
                continue
            aside = self.set_aside[item.around]
            aside.place = aside.place or item.place
            outcome = "deleted" if item.deletes else "new" if item.present is None else "changed"
            key = {name: item.cells[name] for name in table.key}
            part = table.completed(key) | (item.present or {}) | item.changes
            del part[table.within]
            aside.parts[table.name][item.key] = None if outcome == "deleted" else part
            self.report.counts.setdefault(table.name, Counter())[outcome] += 1
            self._keep_row(table, item, outcome)
            self._tell_changes(table, item, outcome)
        return rest

    # --- the end

    def finish(self) -> None:
        """Publish, keep working copies and revisions; problems of these refuse the whole import too."""
        bare = Entry.objects.ever_public().filter(pk__in=self.bared, citations=None)
        for pk in bare.values_list("pk", flat=True):
            self.report.problems.append(
                Problem(self.bared[pk], _("What is public cites at least one source."), DELETE)
            )
        if self.publish:
            self._publish()
        if not (self.written or self.set_aside or self.made_public or any(self.before.values())):
            return
        self.batch = self.report.batch = ImportBatch.objects.create(  # type: ignore[misc]
            by=self.by,
            note=self.why[:300],
            files=[*map(described, self.files)],
            counts={
                name: {
                    **counts,
                    **({PUBLISHED: number} if (number := self.report.published_of[name]) else {}),
                }
                for name, counts in self.report.counts.items()
                if counts.total()
            },
            publishing=self.publish,
        )
        for name, rows in self.before.items():
            self._keep_before(TABLES[name], rows)
        for portion in _portions(self.set_aside):
            warn_of_working_copies(portion, lambda pk, told: self._notice(self.set_aside[pk].place, told))
        for pk, aside in self.set_aside.items():
            problems, is_kept = keep_working_copy(pk, aside, by=self.by, why=self.why, batch=self.batch)
            self.report.problems += problems
            self.report.working_copies += is_kept
        if self.is_dry:
            # Revisions refuse nothing, and nobody reads those of what is taken back.
            return
        for portion in _portions(self.made_public):
            of_publishing = Revision.objects.filter(entry_id__in=portion, pk__gt=self.last_revision_before)
            of_publishing.update(batch=self.batch)
        if self.made_public and len(self.made_public) * WORTH_JOINING >= Entry.objects.published().count():
            index.join(connection)
        # Publishing kept a revision of its own.
        for keys in _by_kind(self.written - self.made_public).values():
            for portion in _portions(keys):
                record_revisions(portion, by=self.by, action=Action.IMPORTED, why=self.why, batch=self.batch)

    def _tell_published(self, table: Table, keys: set[int]) -> None:
        self.report.published_of[table.name] += len(keys)
        if self.keeps_rows:
            slugs = {*table.model._default_manager.filter(pk__in=keys).values_list("slug", flat=True)}
            for row in self.report.rows:
                row["publishes"] |= row["table"] == table.name and row["key"] in slugs

    def _notice(self, place: Place | None, words: str) -> None:
        self.report.notices.append(Notice(cast(Place, place), words))

    def _keep_before(self, table: Table, rows: dict[int, Row | None]) -> None:
        for portion in _portions(rows):
            kept = [
                ImportedRecord(batch=self.batch, table=table.name, record=key, before=rows[key], after=row)
                for key, (row, _keys) in table.whole_rows_of(portion).items()
            ]
            bulk.insert(ImportedRecord, [record for record in kept if record.before != record.after])

    def _publish(self) -> None:
        """Publish every entry of these files that is not public; each refusal is a problem of its row."""
        places = {pk: place for place, pk in self.entries}
        drafts = _by_kind(
            places, Entry.objects.standing_at(Status.DRAFT) | Entry.objects.standing_at(Status.REVIEW)
        )
        for portion in _portions(places):
            warn_of_what_stays(portion, lambda pk, told: self._notice(places[pk], told))
        self.last_revision_before = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
        refused = publish_all(
            {model_of(kind): keys for kind, keys in drafts.items()},
            by=self.by,
        )
        self.made_public = {key for keys in drafts.values() for key in keys} - refused.keys()
        for kind, keys in drafts.items():
            self._tell_published(table_of(model_of(kind)), {*keys} & self.made_public)
        self.report.problems += [
            Problem(places[key], objection.message, objection.field)
            for key, objections in refused.items()
            for objection in objections
        ]


def _portions(keys: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(sorted(keys))
    while portion := list(itertools.islice(remaining, CHUNK)):
        yield portion


def _by_kind(keys: Iterable[int], entries: Any = None) -> dict[str, list[int]]:
    """Those of these keys that are among the entries (by default all), by their kinds."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    among = Entry.objects.all() if entries is None else entries
    for portion in _portions(keys):
        for pk, kind in among.filter(pk__in=portion).order_by("pk").values_list("pk", "kind"):
            kinds[kind].append(pk)
    return kinds
