"""The texts of cells of references: how many names each may have, and what its row tells of the level of the bodies in it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from timeline.exchange.mapping.continued_names import continuation_of, possible_areas
from timeline.exchange.mapping.document_levels import level_of
from timeline.exchange.mapping.name_lists import possible_names
from timeline.exchange.mapping.name_remarks import plain_texts
from timeline.exchange.readers.types import FileLocation, FileRow
from timeline.models import Area
from timeline.rows.columns import Column, PlainValue


class Length(Enum):
    """How many names a text may have."""

    ONE = auto()
    MANY = auto()
    # Several names of areas, which may lack their units.
    AREAS = auto()
    # One, or several of which the further ones are those of another column.
    CONTINUED = auto()


class CellText(NamedTuple):
    """A text of a cell, with the level that its row tells: the number of a document of a body above the city, OF_CITY or ""."""

    text: str
    length: Length
    level: str

    @property
    def possible_names(self) -> Iterable[str]:
        """Each part of the text that may be one name."""
        if self.length is Length.ONE:
            return [self.text]
        if self.length in (Length.CONTINUED, Length.AREAS):
            return possible_areas(self.text)
        return {name for text in plain_texts(self.text) for name in possible_names(text)}


@dataclass
class NamedCell:
    """A text in cells of references: its first place, its number of rows, and whether they can be without it."""

    place: FileLocation
    column: str
    rows: int = 0
    is_optional: bool = True


def texts_of(row: FileRow, column: Column, cell: PlainValue, city: str) -> Iterator[CellText]:
    """The texts of a cell; an item of a list is one name."""
    level = level_of(row, city)
    if isinstance(cell, list):
        yield from (CellText(str(text), Length.ONE, level) for text in cell)
        return
    if column.is_many_to_many:
        length = Length.AREAS if column.model is Area else Length.MANY
    else:
        length = Length.CONTINUED if continuation_of(row.table, column.name) else Length.ONE
    yield CellText(str(cell), length, level)
