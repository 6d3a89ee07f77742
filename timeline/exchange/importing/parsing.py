"""Rows of a file as rows of an import: the cells that belong to columns, the key, and what is wrong with either."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.exchange.importing.dependency_order import self_references
from timeline.exchange.importing.file_statuses import file_status
from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow
from timeline.exchange.readers.headers import required_columns, unknown_column
from timeline.exchange.readers.types import FileRow
from timeline.rows.columns import parse_yes_no
from timeline.rows.grouping import inner_grouping
from timeline.rows.tables import DELETE_COLUMN, STATUS_COLUMN, Table
from timeline.values.text import clean_line

# Of the areas in a circle, as many are named.
MAX_NAMED = 10


def parse_rows(table: Table, rows: Iterable[FileRow], *, clears: bool) -> list[ImportRow]:
    """The rows with the columns of the table. Only those that are identified have a key.

    With `clears`, an empty cell clears the value.
    """
    known = {*table.columns, DELETE_COLUMN if table.within else STATUS_COLUMN}
    required = {*required_columns(table)}
    parsed = []
    for row in rows:
        parsed.append(
            ImportRow(
                table,
                row.place,
                dict(row.cells),
                clears,
                given=row.cells.keys(),
                is_identified=row.is_identified,
                cited_rows=row.cited_rows,
                unread=row.unread,
                asked=row.asked,
            )
        )
        # The record that contains it has no slug, which is reported there.
        parsed[-1].follows_failure = row.is_nested and not row.cells.get(table.within)
        _remove_unknown(parsed[-1], known)
        _read_key(parsed[-1], required, row.is_nested)
        _read_deletion(parsed[-1])
        _read_status(parsed[-1])
        if row.circle:
            _add_circle(parsed[-1], row.circle)
    return parsed


def _remove_unknown(row: ImportRow, known: set[str]) -> None:
    """Remove the cells of columns that the table does not have, and add an error for each."""
    for name in row.cells.keys() - known:
        value = row.cells.pop(name)
        message = unknown_column(row.table, name, is_nesting=True)
        if name == DELETE_COLUMN:
            message = _(
                "No file deletes a record. Withdraw it in the admin, or delete it there if it is a draft, and take it out of the file."
            )
        row.add_error(message, name, value)


def _read_key(row: ImportRow, required: set[str], is_nested: bool) -> None:
    """Set the key of the row and the defaults of its empty cells, or add the errors of the key."""
    is_identified, grouping = True, inner_grouping(row.table)
    # The row around a nested one says these, and reports that they are missing.
    of_outer = {row.table.within, *(grouping.columns if grouping else ())}
    for name in row.table.lookup_columns & row.cells.keys():
        try:
            row.table.columns[name].check_characters(row.cells[name])
        except ValueError as refusal:
            is_identified = False
            row.add_error(str(refusal), name)
            # No database is asked for it.
            del row.cells[name]
            row.unread |= {name}
    for name in row.table.key:
        if row.cells.get(name) not in EMPTY_VALUES:
            continue
        if name not in required and name not in row.unread:
            row.cells[name] = row.table.columns[name].default()
            continue
        is_identified = False
        if name not in row.unread and not (is_nested and name in of_outer):
            row.add_error(_("This column identifies the row and may not be empty."), name)
    if is_identified:
        row.key = tuple(str(row.cells[name]) for name in row.table.key)


def _read_deletion(row: ImportRow) -> None:
    """Set whether the row deletes the part. Adds an error if the cell is neither yes nor no."""
    if (cell := row.cells.pop(DELETE_COLUMN, None)) is None:
        return
    word = clean_line(str(cell)).lower()
    answer = parse_yes_no(word)
    row.deletes = answer is True
    if word and answer is None:
        row.add_error(_("“%(value)s” is neither yes nor no.") % {"value": word}, DELETE_COLUMN, cell)


def _read_status(row: ImportRow) -> None:
    """Set the status that the row gives to its record. Adds an error if it is none."""
    if (cell := row.cells.pop(STATUS_COLUMN, None)) is None:
        return
    try:
        row.file_status = file_status(cell)
    except ValueError as refusal:
        row.add_error(str(refusal), STATUS_COLUMN, cell)


def _add_circle(row: ImportRow, circle: Sequence[str]) -> None:
    """Add the error of a circle to its first row."""
    column = next(name for name in self_references(row.table) if str(row.cells.get(name)) in circle)
    message = _("An area does not lie in itself.")
    if len(circle) > 1:
        message = _("These areas contain each other: %(slugs)s. One of them must lie in none of the others.")
        slugs = [*circle[:MAX_NAMED], *(["…"] if len(circle) > MAX_NAMED else [])]
        message %= {"slugs": pgettext("enumeration", ", ").join(slugs)}
    row.add_error(message, column)
    # The row that it names comes later, and is not looked for.
    del row.cells[column]
