"""JSON, for programs: every column of every record, with nested parts. JSON Lines, a record a line, is only read."""

import datetime
import itertools
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting.destinations import write_text
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.readers import json_text
from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.sources import ReadableFile, suffix
from timeline.exchange.readers.tree import read_rows, read_tree
from timeline.exchange.readers.types import ReadResult
from timeline.exchange.vocabularies.registry import json_grids
from timeline.rows.tables import Table


def _json_value(value: bytes | datetime.datetime) -> str:
    """A value that JSON has no form for, as Django's serializers write it."""
    return b64encode(value).decode() if isinstance(value, bytes) else value.isoformat()


encode_json = json.JSONEncoder(ensure_ascii=False, default=_json_value).encode


def json_list(items: Iterable[object]) -> Iterator[str]:
    """The items as a list, one a line."""
    before = "[\n"
    for item in items:
        yield before + encode_json(item)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


# The suffixes of JSON Lines.
_LINES = (".jsonl", ".ndjson")


def _read(reading: ReadResult, source: ReadableFile, encoding: Encoding) -> None:
    text = decode(source, encoding)
    if suffix(source.name) in _LINES:
        read_rows(reading, source.name, [*json_text.parse_lines(source.name, text)])
    else:
        read_tree(reading, source.name, json_text.parse(source.name, text))


def _tables(selection: Selection) -> Iterator[str]:
    """One object: the name of each table with the list of its rows."""
    for number, table in enumerate(selection.tables):
        yield f"{',' if number else '{'}\n{encode_json(table.name)}: "
        yield from json_list(selection.whole_rows(table))
    yield "\n}\n"


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    write_text(file, _tables(selection))


def _write_table(file: BinaryIO, selection: Selection, table: Table) -> None:
    write_text(file, itertools.chain(json_list(selection.whole_rows(table)), "\n"))


FORMAT = FileFormat(
    name="json",
    suffixes=(".json",),
    media_type="application/json",
    forms=_("a folder, a `.zip`, or one `.json`"),
    remark=_("for programs: every column of every row, one row a line"),
    choices=(ExportChoice(".json", _("JSON, each record with its parts (.json)"), "JSON"),),
    read_text=_read,
    text_grids=json_grids,
    read_only_suffixes=_LINES,
    write=_write,
    write_table=_write_table,
)
