"""Compares the cells of rows, as written, with the records that the rows identify."""

from collections.abc import Sequence
from typing import Any, cast

from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow, is_equivalent
from timeline.rows.tables import DELETE_COLUMN, FlatRow, Table
from timeline.values.text import clean_line


def fetch_stored(table: Table, items: Sequence[ImportRow]) -> None:
    """Set the primary key and the stored columns of each row. Locks the records until the transaction ends."""
    if not items:
        return
    model: Any = table.model
    if table.within:
        attribute = table.columns[table.within].attribute
        records = model._base_manager.filter(**{f"{attribute}__in": {item.parent_pk for item in items}})
    else:
        records = model._base_manager.filter(slug__in=[item.key[0] for item in items])
        owner = model._meta.get_field("slug").model
        slugs = owner._base_manager.filter(slug__in=[item.key[0] for item in items]).order_by("pk")
        list(slugs.select_for_update(no_key=True).values_list("pk"))
    by_key = {
        # A part may have been stored before its locator was cleaned.
        tuple("" if row[name] is None else clean_line(str(row[name])) for name in table.key): (pk, row)
        for pk, row in table.rows_of(records.order_by()).items()
    }
    for item in items:
        item.pk, item.stored = by_key.get(item.key, (None, None))


def find_differences(item: ImportRow) -> bool:
    """Write the columns that may differ from the record into `differing_columns`. Returns whether there are any."""
    present = cast(FlatRow, item.stored)
    for name, cell in item.cells.items():
        if name == DELETE_COLUMN:
            continue
        old = present[name]
        if cell == old and type(cell) is type(old):
            continue
        if cell in EMPTY_VALUES:
            if not item.is_unset(name) and old not in EMPTY_VALUES:
                item.differing_columns.append(name)
        elif not is_equivalent(cell, old):
            item.differing_columns.append(name)
    return bool(item.differing_columns)
