"""Errors in the rows of one table, with column and value. Follow-up errors are not reported."""

from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from timeline.exchange.importing.import_row import ImportRow, display_value
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.rows.columns import Column, PlainValue
from timeline.rows.references import References
from timeline.rows.tables import Table

# Django's codes for a missing value, whose own messages mention null.
EMPTY = {"null", "blank", "required"}


class RowErrors:
    """The errors of one table's rows. An item with errors is not written; references to it are no errors."""

    def __init__(self, table: Table, references: References, on_problem: Callable[[Problem], None]) -> None:
        self._table = table
        self._references = references
        self._on_problem = on_problem
        self._last_unknown: tuple[ImportRow, str, str] | None = None

    def add(self, item: ImportRow, message: str, column: str = "", value: PlainValue = None) -> None:
        """Report an error in a column, with the value of the cell unless another is given."""
        item.has_errors = True
        if column and value is None:
            value = item.cells.get(column)
        self._on_problem(Problem(item.place, message, column, display_value(value)))
        if not self._table.within:
            self._references.fail(self._table.model, str(item.cells.get("slug")))

    def add_duplicate(self, item: ImportRow, first: FileLocation) -> None:
        """Report a key that an earlier row has."""
        words = _("The same key stands at %(first)s already.") % {"first": first}
        self.add(item, words, ", ".join(self._table.key), " / ".join(item.key))

    def add_unknown(self, item: ImportRow, column: Column, slug: str) -> None:
        """Report a reference to a record that does not exist."""
        item.has_errors = True
        if self._references.is_follow_up_error(column.model, slug):
            if not self._table.within:
                self._references.fail(self._table.model, str(item.cells.get("slug")))
            return
        cell = item.cells.get(column.name)
        message = str(column.unknown_reference(slug, cell if isinstance(cell, str) else ""))
        # A title with spaces looks like several slugs, each of which would give the same message.
        if (item, column.name, message) != self._last_unknown:
            self.add(item, message, column.name, cell)
        self._last_unknown = item, column.name, message

    def add_field_error(self, item: ImportRow, column: str, error: ValidationError) -> None:
        """Report a value that its field rejects."""
        missing = error.code in EMPTY
        for message in [_("A value is needed here.")] if missing else error.messages:
            self.add(item, message, column, item.cells.get(column))

    def add_record_errors(self, item: ImportRow, refusal: ValidationError) -> None:
        """Report the validation errors of the record, column by column."""
        names = {column.attribute: name for name, column in self._table.columns.items()}
        by_attribute: Mapping[str, Sequence[ValidationError]] = (
            refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
        )
        for attribute, errors in by_attribute.items():
            column = "" if attribute == NON_FIELD_ERRORS else names.get(attribute, attribute)
            for error in errors:
                self.add_field_error(item, column, error)
