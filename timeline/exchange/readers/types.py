"""What reading gives: places, problems, notices, rows, and the sheets they stand in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table
from timeline.values.text import clean_line


@dataclass(frozen=True)
class FileLocation:
    """Where something stands: file, table, number of the row in it (from 1), line of the file (from 1; 0 unknown).

    In a workbook the line is the number that the spreadsheet shows beside the row.
    """

    file: str
    table: str = ""
    row: int = 0
    line: int = 0
    # The columns that the file names otherwise than this site does, each with the file's name.
    names: Mapping[str, str] | None = field(default=None, compare=False, repr=False)

    def named(self, columns: str) -> str:
        """A column, or several with commas, as the file names them."""
        if not self.names:
            return columns
        return ", ".join(self.names.get(column, column) for column in columns.split(", "))

    def __str__(self) -> str:
        text = self.file
        if self.row:
            text += _(", row %(row)s") % {"row": self.row}
        if self.line:
            text += _(" (line %(line)s)") % {"line": self.line}
        return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, in which column (as the file names it), with which value, and what would be right."""

    place: FileLocation
    message: str
    column: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        # Whoever finds something wrong knows this site's names; whoever reads of it looks for the file's.
        object.__setattr__(self, "column", self.place.named(self.column))

    def __str__(self) -> str:
        text = str(self.place)
        if self.column:
            text += _(", column %(column)s") % {"column": printable(self.column)}
        if self.value:
            text += _(", value “%(value)s”") % {"value": printable(self.value)}
        return _("%(place)s: %(message)s") % {"place": text, "message": self.message}


@dataclass(frozen=True)
class Notice:
    """Something in a file that was left out or may be wrong, which is no error."""

    place: FileLocation
    message: str

    def __str__(self) -> str:
        return _("%(place)s: %(message)s") % {"place": self.place, "message": self.message}


@dataclass(frozen=True)
class FileRow:
    """A row as a file has it: text, lists of text, or None where nothing stands; columns it does not have are not there."""

    place: FileLocation
    table: Table
    cells: dict[str, PlainValue]

    def __post_init__(self) -> None:
        # What names a record does so for whoever orders, finds or compares rows, before their other cells are read.
        for name in self.table.lookup_columns & self.cells.keys():
            self.cells[name] = self.table.columns[name].clean(self.cells[name])

    @property
    def is_nested(self) -> bool:
        """Whether it stands within a row of another table."""
        return self.place.table != self.table.name


class UnreadableFileError(Exception):
    """The file cannot be read as rows at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Sheet:
    """The rows of one table in one file. Iterating reads it from the start, each time."""

    file: str
    table: Table
    read: Callable[[], Iterator[FileRow | Problem]] = field(repr=False)
    # The headers as a sheet has them, and the column that each means; rows of YAML and JSON name theirs one by one.
    headers: Mapping[str, str] = field(default_factory=dict)
    # The name under which it has the status of entries, which no import takes from a file.
    left_out: str = ""

    def __iter__(self) -> Iterator[FileRow | Problem]:
        return self.read()


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be taken: which column of the sheet, why, and what stands there."""

    column: int
    message: str
    value: str = ""


@dataclass(frozen=True)
class FormattedNumber:
    """A number in a workbook that says one thing in one column and another in another, and the format that it has."""

    value: float
    code: str


@dataclass(frozen=True)
class SheetLine:
    """A line of a sheet: its number in the file, and its cells from the left, each with its column (from 0)."""

    number: int
    cells: Iterable[tuple[int, str]]
    faults: Sequence[CellFault] = ()
    # Cells under headers that mean no column, where what they say would depend on it, and that was asked for.
    formatted: Mapping[int, FormattedNumber] = field(default_factory=dict)


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it stands in its file, its header first, whether or not that can be understood. Read anew each time."""

    file: str
    # That of the tab, or of the file without its ending.
    name: str
    table: Table
    read: Callable[[], Iterator[SheetLine | Problem]] = field(repr=False)


@dataclass
class ReadResult:
    """Everything that some files hold."""

    sheets: list[Sheet] = field(default_factory=list)
    grids: list[RawSheet] = field(default_factory=list)
    # What cannot be read at all, and headers that are wrong; what is wrong with a row comes when its sheet is read.
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    # The encoding found in each file of text.
    encodings: dict[str, str] = field(default_factory=dict)
    # Tables whose file could not be read: what refers to them is not to be blamed as well.
    unread_tables: set[str] = field(default_factory=set)


def printable(text: str, limit: int = 60) -> str:
    """The beginning of a text from a file, with nothing that would act upon the terminal of whoever reads it."""
    beginning = clean_line(text[:limit])
    shown = "".join(char if char.isprintable() else "\ufffd" for char in beginning)
    return shown + ("…" if len(text) > limit else "")
