"""A mapping: which lines and columns of a file are which table and columns, and what is done with what is left open."""

import hashlib
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Self

from django.utils.translation import gettext as _

# The key of a question about a file, and the value of the choice that answers it (see `questions.py`).
Answers = AnyMapping[str, str]
NO_ANSWERS: Answers = MappingProxyType({})

# In place of the slug of a source: the imported file becomes a source, which its rows cite.
THIS_FILE = "this-file"


class MappingError(Exception):
    """A stored or typed mapping that no file can be read by. The message is for the user."""


@dataclass(frozen=True)
class ColumnMapping:
    """Where the cells of a column come from: columns of the sheet by their headers, put together with the separator.

    Empty cells get the default. A column without a header is named by its letter, as in a spreadsheet.
    """

    column: str
    headers: tuple[str, ...] = ()
    separator: str = ""
    default: str = ""


@dataclass(frozen=True)
class SheetMapping:
    """How a sheet is read. Columns of the sheet in no `columns` are skipped.

    `header` has the texts of the header, from the left; they tell another file of the same shape, and the line in it where
    the header stands. `header_line` and `last_line` (from 1, as a spreadsheet counts) are set only if somebody chose them.
    """

    table: str
    # The name of the tab; empty for the only sheet of a file.
    sheet: str = ""
    header: tuple[str, ...] = ()
    columns: tuple[ColumnMapping, ...] = ()
    header_line: int | None = None
    last_line: int | None = None


@dataclass(frozen=True)
class SkippedSheet:
    """A sheet that is not read, by choice: the name of its tab, and the texts of its line with most cells, as of a header."""

    sheet: str
    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """How a file is read. Sheets without a mapping are skipped, which is said."""

    sheets: tuple[SheetMapping, ...] = ()
    # The sheets that somebody chose to skip.
    skipped: tuple[SkippedSheet, ...] = ()
    # Whether —, 无, / and N/A are empty cells, 同上 is the cell above, a cell merged down a column is each of its cells, and
    # headings of sections are no rows.
    reads_placeholders: bool = True
    reads_dittos: bool = True
    fills_merged: bool = True
    skips_sections: bool = True
    # What all rows cite: the slug of a source, THIS_FILE, or nothing.
    source: str = ""
    # The title of the source that the file becomes; empty for that above its header, or else its name.
    source_title: str = ""
    # Answers that hold for the next file as well: which record a name means.
    answers: Answers = field(default_factory=dict)
    # The records that the last file had (see `former_records.py`); they are no part of a mapping for the command line.
    records: tuple[str, ...] = ()
    # The imports that brought them and those before, the newest first, as JSON; not for the command line either.
    imports: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """What files of one shape have in common: the headers of the sheets, without their lines or tab names."""
        return "\n".join(sorted("\t".join(sheet.header) for sheet in self.sheets))

    @property
    def digest(self) -> str:
        """The shape as a short text, by which mappings are stored."""
        return hashlib.sha256(self.shape.encode()).hexdigest()

    def as_plain(self) -> dict[str, Any]:
        """The mapping as lists and dicts of plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Any) -> Self:
        """The mapping of `as_plain()`, also as JSON gives it. Raises MappingError."""
        try:
            _check_types(plain)
            sheets = [
                SheetMapping(
                    **{
                        **sheet,
                        "header": tuple(sheet["header"]),
                        "columns": tuple(_column(column) for column in sheet["columns"]),
                    }
                )
                for sheet in plain["sheets"]
            ]
            skipped = [
                SkippedSheet(**{**one, "header": tuple(one["header"])}) for one in plain.get("skipped", ())
            ]
            lists = {name: tuple(plain.get(name, ())) for name in ("records", "imports")}
            return cls(**{**plain, "sheets": tuple(sheets), "skipped": tuple(skipped), **lists})
        except (AttributeError, KeyError, TypeError) as error:
            raise MappingError(
                _("This is no mapping of an import: %(reason)s.") % {"reason": error}
            ) from None


# The types of what is no text, and of what holds others.
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("header_line", "last_line"), int | None),
    **dict.fromkeys(("reads_placeholders", "reads_dittos", "fills_merged", "skips_sections"), bool),
    **dict.fromkeys(
        ("sheets", "skipped", "columns", "header", "headers", "records", "imports"), list | tuple
    ),
    "answers": AnyMapping,
}


def _check_types(plain: AnyMapping[str, Any]) -> None:
    """Raise TypeError for a value of another type than the mapping has there."""
    for name, value in plain.items():
        if not isinstance(value, _TYPES.get(name, str)):
            raise TypeError(f"{name}: {value!r}")
        if isinstance(value, AnyMapping):
            _check_types(value)
        for one in value if isinstance(value, list | tuple) else ():
            _check_types(one if isinstance(one, AnyMapping) else {"": one})


def _column(plain: AnyMapping[str, Any]) -> ColumnMapping:
    headers: Sequence[str] = plain["headers"]
    return ColumnMapping(**{**plain, "headers": tuple(headers)})
