"""Parses rows: the cells that belong to columns, the key, and whether the row deletes a part."""

from functools import cached_property

from django.utils.translation import gettext as _

from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow
from timeline.exchange.importing.row_errors import RowErrors
from timeline.exchange.readers.types import FileRow
from timeline.rows.columns import FALSE_WORDS, TRUE_WORDS, suggestion_for
from timeline.rows.tables import DELETE_COLUMN, Table
from timeline.values.text import clean_line


class RowParser:
    """Parses the rows of one table."""

    def __init__(self, table: Table, errors: RowErrors) -> None:
        self.table = table
        self.errors = errors

    def parse(self, row: FileRow, clears: bool) -> ImportRow | None:
        """The row with the columns of the table, or None if it has no key. Reports errors."""
        if row.is_nested and not row.cells.get(self.table.within):
            return None  # the record that contains it has no slug, which is reported there
        item = ImportRow(row.place, dict(row.cells), (), clears)
        if unknown := row.cells.keys() - self._known:
            columns = [*self.table.columns, *self.table.nested]
            for name in unknown:
                value = item.cells.pop(name)
                words = _("There is no such column%(nearest)s. Columns are: %(columns)s.")
                named = {"nearest": suggestion_for(name, columns), "columns": ", ".join(columns)}
                self.errors.add(item, words % named, name, value)
        missing = False
        for name in self.table.lookup_columns & item.cells.keys():
            try:
                self.table.columns[name].check_characters(item.cells[name])
            except ValueError as refusal:
                missing = True
                self.errors.add(item, str(refusal), name)
        for name in self.table.key:
            column = self.table.columns[name]
            if item.cells.get(name) in EMPTY_VALUES:
                if name in self._required_of_key:
                    missing = True
                    if name != self.table.within or not row.is_nested:
                        self.errors.add(item, _("This column identifies the row and may not be empty."), name)
                else:
                    item.cells[name] = column.default()
        return None if missing else item

    def is_deletion(self, item: ImportRow) -> bool:
        """Whether the row deletes the part. Reports a cell that is neither yes nor no."""
        if item.cells.get(DELETE_COLUMN) is None:
            return False
        word = clean_line(str(item.cells[DELETE_COLUMN])).lower()
        if word in TRUE_WORDS:
            return True
        if word not in FALSE_WORDS and word:
            self.errors.add(item, _("“%(value)s” is neither yes nor no.") % {"value": word}, DELETE_COLUMN)
        return False

    @cached_property
    def _known(self) -> set[str]:
        return {*self.table.columns} | ({DELETE_COLUMN} if self.table.within else set())

    @cached_property
    def _required_of_key(self) -> set[str]:
        columns = self.table.columns
        return {
            name
            for name in self.table.key
            if not columns[name].field.has_default() and (not columns[name].field.blank or name == "slug")
        }
