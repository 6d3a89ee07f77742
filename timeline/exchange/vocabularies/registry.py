"""The list of the vocabularies, and the recognition of their tables and JSON."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, SequenceNode

from timeline.exchange.readers import json_text
from timeline.exchange.readers.delimited import delimited_grids
from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.sources import ReadableFile, stem
from timeline.exchange.readers.types import CellFault, FileLocation, Problem, SheetLine
from timeline.exchange.vocabularies import bibtex, csl_json, ris, timelinejs, wikidata, zotero
from timeline.exchange.vocabularies.declaration import ForeignRecord, Vocabulary
from timeline.exchange.vocabularies.grids import record_grid, with_header_line

VOCABULARIES: dict[str, Vocabulary] = {
    vocabulary.name: vocabulary
    for vocabulary in (
        ris.VOCABULARY,
        bibtex.VOCABULARY,
        csl_json.VOCABULARY,
        zotero.VOCABULARY,
        timelinejs.EVENTS,
        timelinejs.ERAS,
        wikidata.VOCABULARY,
    )
}

# As many lines tell a vocabulary by its values.
SAMPLE = 20

_Records = Callable[[str, str, Sequence[str], Sequence[ForeignRecord], Sequence[Problem]], list[Grid]]


def recognized_grids(grids: Iterable[Grid]) -> Iterator[Grid]:
    """The grids; in the place of a table of another program those of its vocabulary, which are in memory."""
    for grid in grids:
        found = None if grid.vocabulary else _reader_of_table(grid)
        if found is None:
            yield grid
        else:
            yield from _with_vocabulary(grid, found)


def text_table_grids(source: ReadableFile, encoding: Encoding) -> list[Grid]:
    """The grids of a delimited file, also of TSV with typed terms, which the query service writes. Raises UnreadableFileError."""
    with source.open() as file:
        head = file.read(1000).decode(encoding.codec, "ignore").lstrip("\ufeff")
    if wikidata.is_verbose_table(head):
        text = decode(source, encoding)
        return [wikidata.wikidata_tsv(source.name, stem(source.name), text)]
    return delimited_grids(source, encoding)


def json_grids(source: ReadableFile, encoding: Encoding) -> list[Grid]:
    """The grids of JSON of a known vocabulary; none of any other JSON. Raises UnreadableFileError."""
    root = json_text.parse(source.name, decode(source, encoding))
    if root is None:
        return []
    name = stem(source.name)
    if grids := timelinejs.timelinejs_json(source.name, name, root):
        return grids
    items = root
    if isinstance(root, MappingNode):
        items = next((value for key, value in root.value if key.value == "items"), root)
    found = csl_json.csl_grid(source.name, items.value) if isinstance(items, SequenceNode) else None
    found = found or wikidata.wikidata_json(source.name, name, root)
    return [found] if found else []


def _reader_of_table(grid: Grid) -> _Records | None:
    """What makes grids of the table, if its header or its first values are those of a vocabulary."""
    lines = [one for one in itertools.islice(grid.read(()), SAMPLE) if isinstance(one, SheetLine)]
    rows = [{column: text.strip() for column, text in one.cells} for one in lines]
    names = rows[0] if rows else {}
    header = {*names.values()}
    if header >= timelinejs.MARKS:
        return lambda file, name, _header, records, problems: timelinejs.timelinejs_grids(
            file, name, records, problems
        )
    if header >= zotero.MARKS:
        return lambda file, name, _header, records, problems: [
            record_grid(zotero.VOCABULARY, file, name, records, problems)
        ]
    sample = [
        ForeignRecord(0, {name: [row.get(column, "")] for column, name in names.items()}) for row in rows[1:]
    ]
    if wikidata.names_entities([*names.values()], sample):
        return lambda *found: [wikidata.wikidata_grid(*found)]
    return None


def _with_vocabulary(grid: Grid, make: _Records) -> list[Grid]:
    header: dict[int, str] = {}
    records: list[ForeignRecord] = []
    problems: list[Problem] = []
    header_line = 0
    for one in grid.read(()):
        if isinstance(one, Problem):
            problems.append(one)
            continue
        cells = {column: text.strip() for column, text in one.cells if text.strip()}
        if not header:
            header, header_line = cells, one.number
            continue
        problems += _problems(FileLocation(grid.file, line=one.number), header, cells, one.faults)
        if values := {header[column]: [text] for column, text in cells.items() if column in header}:
            records.append(ForeignRecord(one.number, values))
    made = make(grid.file, grid.name, [*header.values()], records, problems)
    return [with_header_line(one, header_line) for one in made]


def _problems(
    place: FileLocation, header: Mapping[int, str], cells: Mapping[int, str], faults: Sequence[CellFault]
) -> Iterator[Problem]:
    """The cells of a line that cannot be read, or have no header."""
    for fault in faults:
        yield Problem(place, fault.message, header.get(fault.column, ""), fault.value)
    for column, text in cells.items():
        if column not in header:
            yield Problem(place, _("A value stands in a column without a header."), value=text)
