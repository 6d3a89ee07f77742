"""Helpers for grids: those of files of other programs, as a list of rows by their headers."""

from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import Problem, SheetLine
from timeline.exchange.reading import read_grids


def grids_of(name: str, content: str | bytes) -> list[Grid]:
    """The grids of a file that can be read."""
    data = content.encode() if isinstance(content, str) else content
    grids, reading = read_grids([Upload(name, data)])
    assert [str(problem) for problem in reading.problems] == []
    return grids


def rows_of(grid: Grid) -> list[dict[str, str]]:
    """The filled cells of each line by their headers, without problems and faults."""
    lines = [[*one.cells] for one in grid.read(()) if isinstance(one, SheetLine)]
    header = dict(lines[0])
    return [{header[column]: text for column, text in line} for line in lines[1:]]


def row_of(name: str, content: str | bytes) -> dict[str, str]:
    """The only row of the only grid of a file."""
    (grid,) = grids_of(name, content)
    (row,) = rows_of(grid)
    return row


def faults_of(grid: Grid) -> list[tuple[str, str]]:
    """The value and message of each faulty cell."""
    lines = [one for one in grid.read(()) if isinstance(one, SheetLine)]
    return [(fault.value, fault.message) for line in lines for fault in line.faults]


def problems_of(grid: Grid) -> list[Problem]:
    """The problems of lines."""
    return [one for one in grid.read(()) if isinstance(one, Problem)]
