"""Compares rows with the records that they identify, as written, which is fast."""

from collections.abc import Sequence
from typing import Any, cast

from timeline.exchange.importing.import_row import EMPTY_VALUES, ImportRow, is_equivalent
from timeline.rows.tables import DELETE_COLUMN, FlatRow, Table
from timeline.values.text import clean_line


def fetch_stored(table: Table, items: Sequence[ImportRow]) -> None:
    """Give each row the key and the columns of its record. Records are locked until the transaction ends."""
    if not items:
        return
    model: Any = table.model
    if table.within:
        attribute = table.columns[table.within].attribute
        records = model._base_manager.filter(**{f"{attribute}__in": {item.parent_pk for item in items}})
    else:
        records = model._base_manager.filter(slug__in=[item.key[0] for item in items])
        owner = model._meta.get_field("slug").model
        held = owner._base_manager.filter(slug__in=[item.key[0] for item in items]).order_by("pk")
        list(held.select_for_update(no_key=True).values_list("pk"))
    by_key = {
        # A part may have been stored before its place was cleaned.
        tuple("" if row[name] is None else clean_line(str(row[name])) for name in table.key): (pk, row)
        for pk, row in table.rows_of(records.order_by()).items()
    }
    for item in items:
        item.pk, item.stored = by_key.get(item.key, (None, None))


def differs(item: ImportRow) -> bool:
    """Whether the row may say something else than its record; in which columns, the row knows then."""
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
