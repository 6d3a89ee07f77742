"""Grids: the sheets and lists of a file as they stand there, before anything is known of their header and columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from timeline.exchange.readers.cells import ColumnType
from timeline.exchange.readers.sheet_marks import Parts
from timeline.exchange.readers.types import Problem, SheetLine


@dataclass(frozen=True)
class Grid:
    """A sheet or a list of records as in its file. Each iteration reads the file anew.

    `read` takes the types of the columns, from the left; further ones are read as the spreadsheet shows them. `read_shown`
    reads all of them so, with the numbers whose text depends on the type of a column, and broken lines as they stand there.
    """

    # As in `FileLocation`.
    file: str
    # The name of the tab, or of the file without its suffix.
    name: str
    read: Callable[[Sequence[ColumnType | None]], Iterator[SheetLine | Problem]] = field(repr=False)
    read_shown: Callable[[], Iterator[SheetLine | Problem]] = field(repr=False)
    is_hidden: bool = False
    # The columns (from 0) that are hidden and hold anything.
    hidden_columns: tuple[int, ...] = ()
    # The ranges of merged cells: A1:F1.
    merged: tuple[str, ...] = ()
    # The first and last number of rows of which each filled cell is struck through.
    struck_rows: tuple[tuple[int, int], ...] = ()
    # By address, the parts of the texts that are struck through, and the texts of notes.
    struck: Mapping[str, Parts] = field(default_factory=dict, repr=False)
    notes: Mapping[str, str] = field(default_factory=dict, repr=False)
    # What is to be told of it: formulas, what is hidden, and what has no place.
    notices: tuple[str, ...] = ()
    # The vocabulary of its header, if it is no table that people made: "ris", "csl-json" …
    vocabulary: str = ""
    # What stands between the cells of a line, in files of text.
    delimiter: str = ""
