"""JSON, for programs: every column of every record, with nested parts."""

from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting import trees
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.exporting.streams import write_text
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.readers import json_text
from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.sources import ReadableFile
from timeline.exchange.readers.tree import read_tree
from timeline.exchange.readers.types import ReadResult
from timeline.rows.tables import Table


def _read(reading: ReadResult, source: ReadableFile, encoding: Encoding) -> None:
    read_tree(reading, source.name, json_text.parse(source.name, decode(source, encoding)))


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    write_text(file, trees.json_of_tables(selection))


def _write_table(file: BinaryIO, selection: Selection, table: Table) -> None:
    write_text(file, trees.json_of_table(selection, table))


FORMAT = FileFormat(
    name="json",
    suffixes=(".json",),
    media_type="application/json",
    forms=_("a folder, a `.zip`, or one `.json`"),
    remark=_("for programs: every column of every row, one row a line"),
    choices=(ExportChoice(".json", _("JSON, each record with its parts (.json)"), "JSON"),),
    read_text=_read,
    write=_write,
    write_table=_write_table,
)
