"""The declaration of a vocabulary: what the columns of its grids are called, made of, and proposed as."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from timeline.rows.tables import Table


class ForeignValueError(Exception):
    """A value that is not taken over. The message is for the user."""

    def __init__(self, message: str, value: str) -> None:
        super().__init__(message)
        self.message = message
        self.value = value


@dataclass(frozen=True)
class ForeignRecord:
    """A record of another program: its line in the file, and its texts by the names that the format gives them."""

    line: int
    values: Mapping[str, Sequence[str]]
    # What the conversion changes or leaves out, for the notices of the grid.
    notes: list[str] = field(default_factory=list, compare=False)

    def first(self, *names: str) -> str:
        """The first text that is not blank under these names, in their order."""
        return next(iter(self.all(*names)), "")

    def all(self, *names: str) -> list[str]:
        """The texts under these names, in their order, without blank ones."""
        return [text for name in names for each in self.values.get(name, ()) if (text := each.strip())]

    def note(self, message: str) -> None:
        """Add a note, once for the record."""
        if message not in self.notes:
            self.notes.append(message)


def first(record: ForeignRecord, names: Sequence[str]) -> str:
    """The first text under these names. That further ones are left out is noted."""
    found = list(dict.fromkeys(record.all(*names)))
    if len(found) > 1:
        message = _("Of several values of “%(names)s”, the first was read.")
        record.note(message % {"names": ", ".join(name for name in names if record.all(name))})
    return found[0] if found else ""


def joined(record: ForeignRecord, names: Sequence[str]) -> str:
    """All texts under these names, each in a line."""
    return "\n".join(dict.fromkeys(record.all(*names)))


@dataclass(frozen=True)
class VocabularyField:
    """A column of a grid: its header, and the names in the file that its cells are made of, by default the header.

    `convert` makes the cell; it may add notes to the record, and raise ForeignValueError.
    """

    header: str
    # The column of the table that it is proposed as; a field without one is skipped unless somebody chooses it.
    column: str = ""
    names: tuple[str, ...] = ()
    convert: Callable[[ForeignRecord, Sequence[str]], str] = first

    @property
    def sources(self) -> tuple[str, ...]:
        return self.names or (self.header,)


@dataclass(frozen=True)
class Vocabulary:
    """The fields of a format of another program, and the table that they are proposed for."""

    name: str
    # What people call the format.
    label: str | Promise
    # The name of the table; empty if the name or the content of the file tells it.
    table: str = ""
    fields: tuple[VocabularyField, ...] = ()
    # Matches names that say nothing of a record, which no notice mentions: keys and days of the program itself.
    ignored: re.Pattern[str] = re.compile(r"(?!)")
    # Whether a grid of it is only read if somebody chooses a table for it.
    is_optional: bool = False
    # Of a vocabulary without fields of its own: the columns that a header may mean, the first that the table has.
    candidates: Callable[[str], Iterable[str]] = lambda header: ()

    def column(self, table: Table, header: str) -> str:
        """The column of the table that this header is proposed as; "" if it is skipped."""
        declared = (one.column for one in self.fields if one.header == header and one.column)
        found = (name for name in (*declared, *self.candidates(header)) if name in table.columns)
        return next(found, "")

    @property
    def table_reason(self) -> str:
        """Why the table is proposed."""
        return _("It is a file of %(format)s.") % {"format": self.label}

    @property
    def reason(self) -> str:
        """Why a column is proposed."""
        return _("That is what %(format)s names it.") % {"format": self.label}

    def unplaced(self, records: Iterable[ForeignRecord]) -> Iterator[str]:
        """The names in the records that no field is made of, each once."""
        placed = {name for one in self.fields for name in one.sources}
        seen = dict.fromkeys(name for record in records for name in record.values if record.all(name))
        return (name for name in seen if name not in placed and not self.ignored.fullmatch(name))
