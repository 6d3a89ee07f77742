"""What is wrong with rows of one table, told with the column and the value, and only once where one error follows from another."""

from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from timeline.exchange.importing.import_row import ImportRow, display_value
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.rows.columns import Column, PlainValue
from timeline.rows.references import References
from timeline.rows.tables import Table

# The codes by which Django says that a value is missing; its own sentence speaks of null.
EMPTY = {"null", "blank", "required"}


class RowErrors:
    """The errors of one table's rows. An item with any is not written, and what refers to it is not blamed as well."""

    def __init__(self, table: Table, references: References, tell: Callable[[Problem], None]) -> None:
        self._table = table
        self._references = references
        self._tell = tell
        self._last_unknown: tuple[ImportRow, str, str] | None = None

    def add(self, item: ImportRow, message: str, column: str = "", value: PlainValue = None) -> None:
        """An error in a column, of the value that stands there if no other is given."""
        item.errors = True
        if column and value is None:
            value = item.cells.get(column)
        self._tell(Problem(item.place, message, column, display_value(value)))
        if not self._table.within:
            self._references.fail(self._table.model, str(item.cells.get("slug")))

    def add_duplicate(self, item: ImportRow, first: FileLocation) -> None:
        """A key that another row had before."""
        words = _("The same key stands at %(first)s already.") % {"first": first}
        self.add(item, words, ", ".join(self._table.key), " / ".join(item.key))

    def add_unknown(self, item: ImportRow, column: Column, slug: str) -> None:
        """A reference to what is not there."""
        item.errors = True
        if self._references.is_follow_up_error(column.model, slug):
            if not self._table.within:
                self._references.fail(self._table.model, str(item.cells.get("slug")))
            return
        cell = item.cells.get(column.name)
        message = str(column.unknown_reference(slug, cell if isinstance(cell, str) else ""))
        # A title with spaces looks like several slugs, of each of which the same is said.
        if (item, column.name, message) != self._last_unknown:
            self.add(item, message, column.name, cell)
        self._last_unknown = item, column.name, message

    def add_field_error(self, item: ImportRow, column: str, error: ValidationError) -> None:
        """A value that its field refuses."""
        missing = error.code in EMPTY
        for message in [_("A value is needed here.")] if missing else error.messages:
            self.add(item, message, column, item.cells.get(column))

    def add_record_errors(self, item: ImportRow, refusal: ValidationError) -> None:
        """What the record as a whole refuses, column by column."""
        names = {column.attribute: name for name, column in self._table.columns.items()}
        by_attribute: Mapping[str, Sequence[ValidationError]] = (
            refusal.error_dict if hasattr(refusal, "error_dict") else {NON_FIELD_ERRORS: refusal.error_list}
        )
        for attribute, errors in by_attribute.items():
            column = "" if attribute == NON_FIELD_ERRORS else names.get(attribute, attribute)
            for error in errors:
                self.add_field_error(item, column, error)
