"""Tells files of the chronicle, which need no mapping, from tables of other programs and offices; how a refused one is read."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from timeline.exchange.mapping.proposals import Proposal, propose
from timeline.exchange.mapping.sheet_outline import texts_of
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.header_row import read_header
from timeline.exchange.readers.headers import DELETE_WORDS, find_table, normalized_header
from timeline.exchange.readers.sources import Upload, stem
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.exchange.reading import read_grids
from timeline.rows.tables import Table
from timeline.values.text import is_blank


def is_own(files: Sequence[Path | Upload], encoding: str | None = None) -> bool:
    """Whether all sheets of the files are named for tables and all their headers known, or what is wrong is no question of these."""
    grids, reading = read_grids(files, encoding)
    shown = [grid for grid in grids if not grid.is_hidden and _has_content(grid)]
    if reading.problems or not shown:
        return True
    if any(grid.vocabulary for grid in grids):
        return False
    tables = [find_table(grid.name) for grid in shown]
    if not any(tables) and len(shown) == 1:
        tables = [_table_of_file(shown[0])]
    return all(map(_has_own_header, shown, tables))


def own_proposal(files: Sequence[Path | Upload], encoding: str | None = None) -> Proposal | None:
    """How a file of the chronicle is read as any other table, which its rows do not cite; None if it is no table.

    A mapping deletes nothing: a file with a column for that stays one of the chronicle.
    """
    grids, reading = read_grids(files, encoding)
    if reading.problems or not grids:
        return None
    proposal = propose(grids, files[0].name)
    sheets = [sheet.header for sheet in proposal.mapping.sheets]
    if not sheets or any(normalized_header(text) in DELETE_WORDS for header in sheets for text in header):
        return None
    return replace(proposal, mapping=replace(proposal.mapping, source=""))


def _has_content(grid: Grid) -> bool:
    """Whether a grid has anything but blank cells."""
    return any(
        isinstance(line, Problem) or line.faults or any(not is_blank(text) for _column, text in line.cells)
        for line in grid.read(())
    )


def _table_of_file(grid: Grid) -> Table | None:
    """The table that the file of an only sheet is named for; it may stand in an archive, and the sheet have a name."""
    return next(filter(None, (find_table(stem(part)) for part in grid.file.split("/"))), None)


def _has_own_header(grid: Grid, table: Table | None) -> bool:
    """Whether the first line is a header of the table without a fault; or cannot be read, of which the import tells."""
    first = next(grid.read(()))
    if table is None:
        return False
    if isinstance(first, Problem) or first.faults:
        return True
    return not read_header(FileLocation(grid.file), table, texts_of(first)).problems
