"""Spreadsheets as CSV: all entries in one table, as Excel and programs for tables open it."""

import codecs
import csv
import io
from typing import BinaryIO

from timeline.exchange.formula_escaping import to_cell
from timeline.public.spreadsheets.filled import FilledSheet


def write_csv(file: BinaryIO, table: FilledSheet) -> None:
    """Write the table in UTF-8, with the mark by which Excel knows it. No cell is a formula."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(column.heading for column in table.columns)
        for cells in table.rows():
            writer.writerow(to_cell(cell.text) if cell.text else "" for cell in cells)
        text.flush()
    finally:
        text.detach()
