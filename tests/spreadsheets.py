"""Helpers that download spreadsheets to read and open them as their readers do."""

import csv
import io

from openpyxl import load_workbook


def workbook_of(client, address="/table.xlsx"):
    """Return the downloaded workbook."""
    answer = client.get(address)
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.getvalue()))


def rows_of(sheet):
    """Return the rows of a sheet below its heads, as texts by heading; empty cells are left out."""
    heads, *rows = sheet.iter_rows(values_only=True)
    return [{head: text for head, text in zip(heads, row, strict=True) if text is not None} for row in rows]


def notes_of(workbook):
    """Return the lines of the first sheet, texts by what they are about."""
    return dict(workbook.worksheets[0].iter_rows(values_only=True))


def table_of(client, address="/table.csv"):
    """Return the rows of the downloaded CSV, as texts by heading; empty cells are left out."""
    answer = client.get(address)
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8-sig")
    return [
        {head: cell for head, cell in row.items() if cell}
        for row in csv.DictReader(io.StringIO(text, newline=""))
    ]
