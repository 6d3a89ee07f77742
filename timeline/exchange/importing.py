"""Files into the record: all or nothing, every error at once, and no change where a file says what is there."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from import_export.instance_loaders import ModelInstanceLoader
from import_export.results import RowResult

from timeline import history
from timeline.exchange.readers import FileRow, Notice, Place, Problem, read
from timeline.exchange.resources import RecordResource, resource_for
from timeline.models import Action, Entry
from timeline.publishing import NotPublishable, Status
from timeline.rows import TABLES, Plain, Table, UnknownReference, nearest

IMPORTER = "import_content"
# The codes by which Django says that a value is missing; its own sentence speaks of null.
EMPTY = {"null", "blank", "required"}


@dataclass(frozen=True)
class Change:
    """A column of an existing record, before and after."""

    place: Place
    key: str
    column: str
    old: Plain
    new: Plain


@dataclass
class Report:
    """What an import did, would do, or refused to do.

    `counts` maps each table to how many rows are new, changed and unchanged. Where there is any problem,
    nothing was written.
    """

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # What the files hold that was left out, which is no error.
    notices: list[Notice] = field(default_factory=list)
    published: int = 0
    # Tables whose file could not be read: what refers to them is not to be blamed as well.
    unread: set[str] = field(default_factory=set)

    @property
    def total(self) -> Counter[str]:
        return sum(self.counts.values(), Counter())


class _Refused(Exception):
    """Carries a rollback out of the transaction."""


def import_files(
    paths: Sequence[Path],
    *,
    by: User | None = None,
    publish: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Bring the rows of these files and folders into the record, as drafts, or published by `by`
    (by default the account that stands for imports nobody put their name to).

    All or nothing: with any problem, or on a dry run, the database is as it was. `progress` is told
    rows done and rows in all.
    """
    report = Report()
    rows = _read(paths, report)
    importer = _Importer(report, rows, progress)
    try:
        with transaction.atomic():
            importer.write()
            if not report.problems:
                if publish:
                    importer.publish(by or importing_account())
                if importer.written:
                    importer.record(by or importing_account())
            if report.problems or dry_run:
                raise _Refused
    except _Refused:
        pass
    report.problems.sort(key=lambda problem: (problem.place.file, problem.place.row, problem.place.line))
    return report


def importing_account() -> User:
    """Who publishes where nobody is named: an account that nobody can log in with."""
    account, created = User.objects.get_or_create(username=IMPORTER, defaults={"is_active": False})
    if created:
        account.set_unusable_password()
        account.save()
    return account


def _read(paths: Sequence[Path], report: Report) -> list[FileRow]:
    reading = read(paths)
    report.problems += reading.problems
    report.notices += reading.notices
    report.unread |= reading.unread
    rows: list[FileRow] = []
    for sheet in reading.sheets:
        for found in sheet:
            if isinstance(found, Problem):
                report.problems.append(found)
            else:
                rows.append(found)
    return rows


class _Importer:
    """One import on its way: rows in the order of `TABLES`, written one by one within the caller's transaction."""

    def __init__(self, report: Report, rows: Iterable[FileRow], progress: Callable[[int, int], None]) -> None:
        self.report = report
        self.progress = progress
        self.rows = self._in_order(self._checked(rows))
        # Slugs of rows that failed: what refers to them is not to be blamed as well.
        self.failed: set[tuple[type[Model], str]] = set()
        self.entries: list[tuple[Place, Entry]] = []
        self.written: set[int] = set()

    def write(self) -> None:
        for number, row in enumerate(self.rows, 1):
            self._write_row(row, number)
            self.progress(number, len(self.rows))

    def publish(self, by: User) -> None:
        """Publish every entry of these files that is not public; each refusal is a problem of its row.

        What refers to an entry that comes later in the files is published after it.
        """
        waiting = [
            (place, entry) for place, entry in self.entries if entry.status in (Status.DRAFT, Status.REVIEW)
        ]
        while waiting:
            refused = []
            for place, entry in waiting:
                try:
                    entry.publish(by=by)
                except NotPublishable as refusal:
                    refused.append((place, entry, refusal))
                else:
                    self.report.published += 1
            if len(refused) == len(waiting):
                self.report.problems += [
                    Problem(place, objection.message, objection.field)
                    for place, _entry, refusal in refused
                    for objection in refusal.objections
                ]
                return
            waiting = [(place, entry) for place, entry, _refusal in refused]

    def record(self, by: User) -> None:
        """One revision for each entry that was written, whether its own row or one of its parts."""
        for key in sorted(self.written):
            history.record(history.specific(key), by=by, action=Action.IMPORTED)

    def _checked(self, rows: Iterable[FileRow]) -> list[FileRow]:
        """The rows whose columns and keys make sense; problems of the others are reported."""
        good: list[FileRow] = []
        first: dict[tuple[str, tuple[str, ...]], Place] = {}
        for row in rows:
            problems = self._problems_of_shape(row)
            key = (row.table.name, row.table.key_of(row.cells))
            if not problems and key in first:
                problems.append(
                    Problem(
                        row.place,
                        _("The same key stands at %(first)s already.") % {"first": first[key]},
                        ", ".join(row.table.key),
                        " / ".join(key[1]),
                    )
                )
            first.setdefault(key, row.place)
            self.report.problems += problems
            # A row with a wrong column is still tried, so that its other errors show at the same time.
            good.append(row)
        return good

    def _problems_of_shape(self, row: FileRow) -> list[Problem]:
        columns = row.table.columns
        known = [*columns, *row.table.nested]
        problems = [
            Problem(
                row.place,
                _("There is no such column%(nearest)s. Columns are: %(columns)s.")
                % {"nearest": nearest(name, known), "columns": ", ".join(known)},
                name,
                _shown(value),
            )
            for name, value in row.cells.items()
            if name not in columns
        ]
        for name in row.table.key:
            required = not columns[name].field.has_default() and not (
                columns[name].field.blank and name != "slug"
            )
            if required and name != row.table.within and row.cells.get(name) in (None, "", []):
                problems.append(
                    Problem(row.place, _("This column identifies the row and may not be empty."), name)
                )
        return problems

    def _in_order(self, rows: Iterable[FileRow]) -> list[FileRow]:
        """Tables in the order of `TABLES`; within a table that refers to itself, the row referred to first."""
        by_table: dict[str, list[FileRow]] = {name: [] for name in TABLES}
        for row in rows:
            by_table[row.table.name].append(row)
        return [row for name, group in by_table.items() for row in _referred_first(TABLES[name], group)]

    def _write_row(self, row: FileRow, number: int) -> None:
        if row.is_nested and not row.cells.get(row.table.within):
            return  # the row around it has no slug, and is blamed for that
        resource = resource_for(row.table.name)()
        cells = {name: value for name, value in row.cells.items() if name in row.table.columns}
        for name in row.table.key:
            cells.setdefault(name, row.table.columns[name].default())
        try:
            with transaction.atomic():
                result = resource.import_row(cells, ModelInstanceLoader(resource), row_number=number)
                if result.validation_error or result.errors:
                    raise _Refused
        except _Refused:
            self._refuse(row, cells, resource, result)
            return
        except DatabaseError as error:
            self._fail(row, [Problem(row.place, _of_the_database(error))])
            return
        self._count(row, result)
        if isinstance(result.instance, Entry):
            self.entries.append((row.place, result.instance))
        if result.import_type != RowResult.IMPORT_TYPE_SKIP:
            whole = (
                getattr(result.instance, row.table.columns[row.table.within].attribute)
                if row.table.within
                else result.instance
            )
            if isinstance(whole, Entry):
                self.written.add(whole.pk)

    def _count(self, row: FileRow, result: Any) -> None:
        outcome = {RowResult.IMPORT_TYPE_NEW: "new", RowResult.IMPORT_TYPE_UPDATE: "changed"}.get(
            result.import_type, "unchanged"
        )
        self.report.counts.setdefault(row.table.name, Counter())[outcome] += 1
        if outcome == "changed":
            before, after = result.instance.row_before, row.table.row_of(result.instance)
            self.report.changes += [
                Change(row.place, " / ".join(row.table.key_of(after)), column, before[column], after[column])
                for column in after
                if before[column] != after[column]
            ]

    def _refuse(self, row: FileRow, cells: dict[str, Plain], resource: RecordResource, result: Any) -> None:
        problems: list[Problem] = []
        names = {column.attribute: name for name, column in row.table.columns.items()}
        for failure in result.errors:
            problems.append(Problem(row.place, _of_the_database(failure.error)))
        for attribute, errors in (
            result.validation_error.error_dict if result.validation_error else {}
        ).items():
            column = "" if attribute == NON_FIELD_ERRORS else names.get(attribute, attribute)
            problems += [
                Problem(row.place, message, column, _shown(cells.get(column)))
                for error in errors
                if not self._follows_from_another(error)
                for message in ([_("A value is needed here.")] if error.code in EMPTY else error.messages)
            ]
        self._fail(row, problems)

    def _follows_from_another(self, error: ValidationError) -> bool:
        cause = error.__cause__
        if not isinstance(cause, UnknownReference):
            return False
        if any(issubclass(TABLES[name].model, cause.model) for name in self.report.unread):
            return True
        return any(slug == cause.slug and issubclass(model, cause.model) for model, slug in self.failed)

    def _fail(self, row: FileRow, problems: list[Problem]) -> None:
        self.report.problems += problems
        if isinstance(slug := row.cells.get("slug"), str):
            self.failed.add((row.table.model, slug))


def _of_the_database(error: Exception) -> str:
    if isinstance(error, IntegrityError):
        return _("Somebody else has just written the same record; import again.")
    return _("The database refuses this row: %(error)s.") % {"error": error}


def _referred_first(table: Table, rows: list[FileRow]) -> list[FileRow]:
    """The rows so that each comes after the ones of the same table that it refers to."""
    to_itself = [
        column.name for column in table.columns.values() if column.field.related_model is table.model
    ]
    if not to_itself:
        return rows
    by_slug = {str(row.cells.get("slug")): number for number, row in enumerate(rows)}
    order: TopologicalSorter[int] = TopologicalSorter()
    for number, row in enumerate(rows):
        named = (str(row.cells.get(name)) for name in to_itself)
        order.add(number, *(by_slug[slug] for slug in named if slug in by_slug))
    try:
        return [rows[number] for number in order.static_order()]
    except CycleError:  # which the rows themselves will be blamed for
        return rows


def _shown(value: Plain) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
