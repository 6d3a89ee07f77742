"""Resources of django-import-export for the tables: `PolicyResource().export()`, `.import_data(dataset)`.

They exchange the library's Dataset and Result; the rows go through `exporting/` and `importing/`. The cells
of a dataset are those of a sheet: all of them text, escaped as in CSV, and empty cells change nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, TypeAlias

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from import_export.exceptions import ImportError as RowImportError
from import_export.fields import Field
from import_export.resources import Diff, ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import ForeignKeyWidget, ManyToManyWidget, Widget
from tablib import Dataset

from timeline.exchange.database_errors import StorageError, as_storage_errors
from timeline.exchange.exporting.cells import cell_text, sheet_rows
from timeline.exchange.exporting.selection import Selection, Visible
from timeline.exchange.formula_escaping import from_cell
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.headers import find_column
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import Problem
from timeline.exchange.reading import read
from timeline.exchange.snapshot import snapshot
from timeline.models.fields import ValueField
from timeline.models.previewed_rows import RowOutcome
from timeline.publishable import Publishable
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES, Table
from timeline.values.text import is_blank

Records: TypeAlias = QuerySet[Model]

# The outcomes of rows in the words of the library.
_IMPORT_TYPES = {
    "new": RowResult.IMPORT_TYPE_NEW,
    "changed": RowResult.IMPORT_TYPE_UPDATE,
    "deleted": RowResult.IMPORT_TYPE_DELETE,
    "unchanged": RowResult.IMPORT_TYPE_SKIP,
}


class ValueWidget(Widget):  # type: ignore[misc]
    """A value of ours, such as a partial date or a document number, as its text."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def clean(self, value: object, row: object = None, **kwargs: object) -> object:
        """The value of a cell; None if it is empty. Raises ValueError with a message for the user."""
        return self.column.read(None if value is None else str(value))


class ImportResult(Result):  # type: ignore[misc]
    """The library's result, with the report of the import: its batch, its notices, its fingerprint."""

    report: Report | None = None


class CellDiff(Diff):  # type: ignore[misc]
    """The library's comparison, of the texts of cells."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        self.left, self.right, self.new = left, right, False


class TableResource(ModelResource):  # type: ignore[misc]
    """The base of the resources. `visible` leaves of all entries those that may be read, as in `export()`."""

    table: ClassVar[Table]

    def __init__(self, *, visible: Visible | None = None, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.visible = visible

    def get_queryset(self) -> Records:
        return self.table.model._default_manager.all()

    # --- export

    def export(self, queryset: Records | None = None, **kwargs: object) -> Dataset:
        """The records of the queryset, by default all, in the order of export files."""
        with snapshot():
            return super().export(queryset, **kwargs)

    def iter_queryset(self, queryset: Records) -> Iterator[dict[str, str]]:
        """The cells of each record by column."""
        within = self.table.columns.get(self.table.within)
        chosen = None
        if within is not None:
            chosen = {self.table.key_of(row) for row in self.table.rows_of(queryset).values()}
            owners = queryset.order_by().values(f"{within.attribute}_id")
            queryset = within.model._default_manager.filter(pk__in=owners)
        selection = Selection(queryset, self.visible, has_status=True)
        columns = selection.columns(self.table)
        for row, cells in sheet_rows(selection, self.table):
            if chosen is None or self.table.key_of(row) in chosen:
                yield dict(zip(columns, cells, strict=True))

    def export_field(self, field: Field, instance: Mapping[str, str], **kwargs: object) -> str:
        return instance[field.column_name]

    # --- import

    def import_data(
        self,
        dataset: Dataset,
        dry_run: bool = False,
        raise_errors: bool = False,
        use_transactions: bool | None = None,
        collect_failed_rows: bool = False,
        rollback_on_validation_errors: bool = False,
        *,
        user: AbstractUser | None = None,
        publish: bool = False,
        clear_empty: bool = False,
        comment: str = "",
        **kwargs: object,
    ) -> ImportResult:
        """Import the rows as those of a sheet of the table: all or nothing, whatever the library's options.

        `user` is who imports; `publish`, `clear_empty` and `comment` are as in `import_files()`. The
        library's methods for single rows and instances are not called.
        """
        result = ImportResult()
        result.diff_headers = self.get_diff_headers()
        result.total_rows = len(dataset)
        if collect_failed_rows:
            result.add_dataset_headers(dataset.headers)
        upload = Upload(f"{self.table.name}.csv", dataset.export("csv").encode("utf-8-sig"))
        try:
            with as_storage_errors():
                report = import_files(
                    [upload],
                    by=user,
                    publish=publish,
                    dry_run=dry_run,
                    clear_empty=clear_empty,
                    comment=comment,
                    include_rows=True,
                )
        except StorageError as error:
            self.handle_import_error(result, error, raise_errors)
            return result
        result.report = report
        self._add_rows(result, report, dataset, upload)
        if raise_errors and result.base_errors:
            raise RowImportError(result.base_errors[0].error)
        if raise_errors and result.invalid_rows:
            first = result.invalid_rows[0]
            raise RowImportError(first.error, number=first.number, row=first.values)
        if collect_failed_rows:
            for invalid in result.invalid_rows:
                result.append_failed_row(dict(enumerate(dataset[invalid.number - 1])), invalid.error)
        return result

    def _add_rows(self, result: ImportResult, report: Report, dataset: Dataset, upload: Upload) -> None:
        """Add the result of each row of the dataset."""
        problems: defaultdict[int, list[Problem]] = defaultdict(list)
        for problem in report.problems:
            problems[problem.place.row].append(problem)
        for problem in problems[0]:
            self.handle_import_error(result, ValueError(str(problem)))
        numbers = {str(row.place): row.place.row for sheet in read([upload]).sheets for row in sheet}
        outcomes = {numbers[outcome["place"]]: outcome for outcome in report.rows}
        # None of parts, whose keys are several columns.
        keys = [outcome["key"] for outcome in report.rows if not self.table.within]
        records = self.get_queryset().in_bulk(keys, field_name="slug") if keys else {}
        headers = [find_column(self.table, header) or header for header in dataset.headers or ()]
        number = 0
        for index, values in enumerate(dataset, 1):
            row = dict(zip(headers, ("" if value is None else str(value) for value in values), strict=False))
            # Empty rows have no number.
            is_filled = not all(map(is_blank, row.values()))
            number += is_filled
            found = RowResult()
            if is_filled and problems[number]:
                messages: defaultdict[str, list[str]] = defaultdict(list)
                for problem in problems[number]:
                    messages[problem.column or NON_FIELD_ERRORS].append(problem.message)
                found.import_type = RowResult.IMPORT_TYPE_INVALID
                found.validation_error = ValidationError(dict(messages))
                result.append_invalid_row(index, row, found.validation_error)
            elif is_filled and (outcome := outcomes.get(number)):
                found.import_type = _IMPORT_TYPES[outcome["outcome"]]
                found.diff = self._diff(row, outcome)
                found.instance = records.get(outcome["key"])
                found.add_instance_info(found.instance)
                found.object_repr = found.object_repr or row.get("title") or outcome["key"]
            else:
                found.import_type = RowResult.IMPORT_TYPE_SKIP
            result.increment_row_result_total(found)
            result.append_row_result(found)

    def _diff(self, row: Mapping[str, str], outcome: RowOutcome) -> list[str]:
        """The columns as HTML, old and new. A column that neither changed nor is in the row is empty."""
        old = {name: from_cell(row.get(name, "")) or "" for name in self.get_diff_headers()}
        new = old | {name: cell_text(value) for name, _old, value in outcome["columns"]}
        old |= {name: cell_text(value) for name, value, _new in outcome["columns"]}
        if outcome["outcome"] == "deleted":
            new = dict.fromkeys(old, "")
        return [*CellDiff([*old.values()], [*new.values()]).as_html()]


# --- the resource of each table


def _field(column: Column) -> Field:
    """The library's field of the column, in the names and texts of files."""
    widget: Widget
    if column.is_many_to_many:
        widget = ManyToManyWidget(column.model, separator="; ", field="slug")
    elif column.field.is_relation:
        widget = ForeignKeyWidget(column.model, field="slug")
    elif isinstance(column.field, ValueField):
        widget = ValueWidget(column)
    else:
        widget = ModelResource.widget_from_django_field(column.field)()
    return Field(attribute=column.attribute, column_name=column.name, widget=widget)


def _resource(table: Table) -> type[TableResource]:
    fields = {column.name: _field(column) for column in table.columns.values()}
    if issubclass(table.model, Publishable):
        fields["status"] = Field(attribute="status", column_name="status", readonly=True)
    options = {
        "model": table.model,
        "fields": tuple(fields),
        "import_id_fields": table.key,
        "name": table.model._meta.verbose_name_plural,
    }
    attributes = {"Meta": type("Meta", (), options), "table": table, **fields}
    return type(f"{table.model.__name__}Resource", (TableResource,), attributes)


RESOURCES: dict[str, type[TableResource]] = {table.name: _resource(table) for table in TABLES.values()}
# Each can be imported by the name of its class, such as `PolicyResource`.
globals().update((resource.__name__, resource) for resource in RESOURCES.values())
