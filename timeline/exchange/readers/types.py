"""The types that reading returns: locations, problems, notices, rows and sheets."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from timeline.rows.columns import PlainValue
from timeline.rows.tables import Table
from timeline.values.text import clean_line


@dataclass(frozen=True, slots=True)
class FileLocation:
    """A location: file, table, number of the row in it (from 1), line of the file (from 1; 0 if unknown).

    In a workbook the line is the row number of the spreadsheet.
    """

    file: str
    table: str = ""
    row: int = 0
    line: int = 0
    # The columns with another name in the file, each with that name.
    names: Mapping[str, str] | None = field(default=None, compare=False, repr=False)
    # Where the columns of a row stand in lines of their own: by their name in the file, how far below the row's line.
    offsets: Mapping[str, int] | None = field(default=None, compare=False, repr=False)

    def named(self, columns: str) -> str:
        """The file's name of a column, or of several separated by commas."""
        if not self.names:
            return columns
        return ", ".join(self.names.get(column, column) for column in columns.split(", "))

    def line_of(self, columns: str) -> int:
        """The line of a column, named as in the file, or of the first of several that has one; else that of the row."""
        offsets = self.offsets or {}
        return self.line + next((offsets[one] for one in columns.split(", ") if one in offsets), 0)

    def text(self, line: int) -> str:
        """The location in words, with this line of its row."""
        row = _(", row %(row)s") % {"row": self.row} if self.row else ""
        return self.file + row + (_(" (line %(line)s)") % {"line": line} if line else "")

    def __str__(self) -> str:
        return self.text(self.line)


@dataclass(frozen=True)
class Problem:
    """An error: its location, the column (as the file names it), the value, and what would be right."""

    place: FileLocation
    message: str
    column: str = ""
    value: str = ""
    # What people call the column, if the file has none of its name.
    label: str = ""
    # Whether rows were not read because of it, so that references to them are no errors.
    hides_rows: bool = field(default=False, compare=False, repr=False)
    # The line where the column stands; that of the place unless the file says more.
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Errors are found under this site's names, and looked up under the file's.
        object.__setattr__(self, "column", self.place.named(self.column))
        object.__setattr__(self, "line", self.line or self.place.line_of(self.column))

    def __str__(self) -> str:
        text = self.place.text(self.line)
        if self.column:
            text += _(", column %(column)s") % {"column": printable(self.label or self.column)}
        if self.value:
            text += _(", value “%(value)s”") % {"value": printable(self.value)}
        return _("%(place)s: %(message)s") % {"place": text, "message": self.message}


@dataclass(frozen=True)
class Notice:
    """A warning, or a note on content that was skipped."""

    place: FileLocation
    message: str

    def __str__(self) -> str:
        return _("%(place)s: %(message)s") % {"place": self.place, "message": self.message}


class UnreadableFileError(Exception):
    """The file cannot be read as rows at all. The message is formatted with the parameters."""

    def __init__(self, file: str, message: str, line: int = 0, **params: object) -> None:
        self.problem = Problem(FileLocation(file, line=line), message % params if params else message)
        super().__init__(str(self.problem))


@dataclass(frozen=True, slots=True)
class CitedRows:
    """What the citation of a table by one of its rows tells of the others: the places of all rows of the same record.

    `file` is the name of the file where the source is not the table itself, but something that other files may cite too.
    """

    file: str = ""
    places: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FileRow:
    """A row of a file: text, lists of text, or None for empty cells. Columns that the file lacks are missing."""

    place: FileLocation
    table: Table
    cells: dict[str, PlainValue]
    # The columns that cannot be read, here or in any row, which is a problem already: they have no cell.
    unread: frozenset[str] = frozenset()
    # The columns that it is asked about and has no answer for: what stands there is shown to nobody.
    asked: frozenset[str] = frozenset()
    # By column, what stands in the file where an answer or a slug has taken its place.
    written: Mapping[str, str] = field(default_factory=dict, compare=False)
    # What stands in cells that were read as empty.
    signs: tuple[str, ...] = ()
    # The slugs of the rows that refer to each other in a circle, if this is the first of them.
    circle: tuple[str, ...] = ()
    # Whether it was asked which record the row is, so that no warning asks again.
    is_identified: bool = False
    # Of a citation that the place of a row in its file is made.
    cited_rows: CitedRows | None = None

    def __post_init__(self) -> None:
        # The identifying columns are cleaned first: ordering, finding and comparing rows needs them.
        for name in self.table.lookup_columns & self.cells.keys():
            self.cells[name] = self.table.columns[name].clean(self.cells[name])

    @property
    def is_nested(self) -> bool:
        """Whether the row is nested in a row of another table."""
        return self.place.table != self.table.name


@dataclass(frozen=True)
class Sheet:
    """The rows of one table in one file. Each iteration reads the file anew."""

    file: str
    table: Table
    read: Callable[[], Iterator[FileRow | Problem]] = field(repr=False)
    # The line of the header in the file; 0 without one.
    header_line: int = 0
    # The headers of the sheet with their columns; rows of YAML and JSON have names of their own.
    headers: Mapping[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[FileRow | Problem]:
        return self.read()


@dataclass(frozen=True)
class CellFault:
    """A cell that cannot be read: its column in the sheet, the reason and the raw value.

    If `depends_on_column`, the value is what the cell shows: it can be read as soon as the type of its column is known.
    """

    column: int
    message: str
    value: str = ""
    depends_on_column: bool = False


@dataclass(frozen=True)
class FormattedNumber:
    """A number in a workbook whose text depends on the column type, with its number format."""

    value: float
    code: str


@dataclass(frozen=True)
class SheetLine:
    """A line of a sheet: its number in the file, and its cells from the left, each with its column (from 0)."""

    number: int
    cells: Iterable[tuple[int, str]]
    faults: Sequence[CellFault] = ()
    # If requested, numbers under unknown headers whose text depends on the column type.
    formatted: Mapping[int, FormattedNumber] = field(default_factory=dict)
    # What the cells of dates show that hold the number 2016.1, which may be 2016.10.
    shown: Mapping[int, str] = field(default_factory=dict)
    is_hidden: bool = False


@dataclass(frozen=True)
class RawSheet:
    """A sheet as in its file, the header first, valid or not. Each iteration reads the file anew."""

    file: str
    # The name of the tab, or of the file without its suffix.
    name: str
    table: Table
    read: Callable[[], Iterator[SheetLine | Problem]] = field(repr=False)


@dataclass
class ReadResult:
    """The result of reading some files. Each reader adds to it."""

    sheets: list[Sheet] = field(default_factory=list)
    grids: list[RawSheet] = field(default_factory=list)
    # Unreadable files and wrong headers. The problems of rows are found when their sheet is iterated.
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    # The detected encoding of each text file.
    encodings: dict[str, str] = field(default_factory=dict)
    # The pictures beside the files, by name, each with whether a cell names it.
    pictures: dict[str, bool] = field(default_factory=dict)
    # The tables of unreadable files: references to their rows are not reported as errors.
    unread_tables: set[str] = field(default_factory=set)

    def add_problem(self, place: FileLocation, message: str, value: str = "", **params: object) -> None:
        """Add a problem of no column, its message formatted with the parameters."""
        self.problems.append(Problem(place, message % params if params else message, value=value))

    def add_notice(self, place: FileLocation, message: str, **params: object) -> None:
        """Add a notice, its message formatted with the parameters."""
        self.notices.append(Notice(place, message % params if params else message))


def printable(text: str, limit: int = 60) -> str:
    """The beginning of a text from a file, without control characters that would affect a terminal."""
    beginning = clean_line(text[:limit])
    # Ideographic spaces and the like are no signs that affect a terminal, though Python does not print them.
    shown = "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else "\ufffd" for char in beginning
    )
    return shown + ("…" if len(text) > limit else "")
