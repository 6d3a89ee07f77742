"""The names in the texts of cells, as far as these tell them or answers divide them, and what is told of how they were read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.translation import ngettext

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.continued_names import ContinuedNames, notice_of_continued
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.name_cells import CellText, Length, NamedCell
from timeline.exchange.mapping.name_questions import key_of_name
from timeline.exchange.mapping.name_remarks import ReadNames, listed_names
from timeline.exchange.mapping.questions import Choice
from timeline.exchange.mapping.record_choices import SEVERAL
from timeline.exchange.readers.types import FileLocation, Notice, printable
from timeline.models.records import Record
from timeline.rows.tables import TABLES


def read_cells(
    model: type[Record],
    cells: Mapping[CellText, NamedCell],
    known: Mapping[str, Mapping[str, Choice]],
    city: str,
    answers: Answers,
) -> dict[CellText, ReadNames]:
    """The names in each of these texts, by the records of this model that names are known to be."""
    continued = ContinuedNames(model, known, city)
    found: dict[CellText, ReadNames] = {}
    for cell in cells:
        read = ReadNames((cell.text,))
        if cell.length is Length.MANY:
            read = listed_names(cell.text, known.__contains__)
        elif cell.length is not Length.ONE:
            read = continued.read(cell.text)
        if cell.length is Length.AREAS and read.parts:
            # The column is one of several.
            read = replace(read, names=read.parts, parts=())
        is_divided = read.parts and answers.get(key_of_name(model, normalize_title(cell.text))) == SEVERAL
        found[cell] = replace(read, names=read.parts, divides=cell.text) if is_divided else read
    return found


def notices_of_cells(
    read: Mapping[CellText, ReadNames], cells: Mapping[CellText, NamedCell]
) -> Iterator[Notice]:
    """Tell, once for each column of a file, of the cells of one name that have several, and of words that are no name."""
    first: dict[tuple[str, str, str, bool], tuple[CellText, NamedCell]] = {}
    rows: Counter[tuple[str, str, str, bool]] = Counter()
    for cell, names in read.items():
        found = cells[cell]
        told = [False] if cell.length is Length.CONTINUED and names.names[1:] else []
        for is_remark in [*told, *([True] if names.remarks else [])]:
            key = found.place.file, found.place.table, found.column, is_remark
            first.setdefault(key, (cell, found))
            rows[key] += found.rows
    for key, (cell, found) in first.items():
        if key[-1]:
            yield _notice_of_remarks(found.place, found.column, cell.text, read[cell].remarks[0], rows[key])
        else:
            yield notice_of_continued(found.place, found.column, cell.text, rows[key])


def _notice_of_remarks(place: FileLocation, column: str, text: str, remark: str, rows: int) -> Notice:
    words = ngettext(
        "%(count)s row has words in the column “%(column)s” that are part of no name and were left out, such as “%(remark)s” in "
        "“%(text)s”.",
        "%(count)s rows have words in the column “%(column)s” that are part of no name and were left out, such as “%(remark)s” "
        "in “%(text)s”.",
        rows,
    )
    header = (place.names or {}).get(column) or str(TABLES[place.table].columns[column].field.verbose_name)
    shown = {"count": rows, "column": printable(header), "remark": printable(remark), "text": printable(text)}
    return Notice(FileLocation(place.file, place.table), words % shown)
