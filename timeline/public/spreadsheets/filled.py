"""Sheets without the columns in which no record has anything."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from timeline.public.spreadsheets.columns import SheetCell, SheetColumn, SheetContent


@dataclass(frozen=True)
class FilledSheet:
    """A sheet to be written: its name, and those of its columns that have a text in some row. `rows` starts anew each time."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Callable[[], Iterator[list[SheetCell]]]


@contextlib.contextmanager
def filled_sheet(content: SheetContent, site_url: str) -> Iterator[FilledSheet]:
    """The sheet with its filled columns; with all of them if it has no rows.

    Which are filled is known only after the last row: the rows wait in a file, not in memory.
    """
    filled: set[int] = set()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        for cells in content.rows(site_url):
            filled |= {number for number, cell in enumerate(cells) if cell.text}
            file.write(json.dumps(cells) + "\n")
        kept = sorted(filled) or range(len(content.columns))

        def rows() -> Iterator[list[SheetCell]]:
            file.seek(0)
            for line in file:
                cells = json.loads(line)
                yield [SheetCell(*cells[number]) for number in kept]

        yield FilledSheet(content.name, [content.columns[number] for number in kept], rows)
