"""YAML, for people: parts are nested in their records, and columns with their default value are left out."""

import itertools
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting import trees
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.exporting.streams import write_text
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.readers import yaml_text
from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.sources import ReadableFile
from timeline.exchange.readers.tree import read_tree
from timeline.exchange.readers.types import ReadResult
from timeline.rows.tables import Table


def _read(reading: ReadResult, source: ReadableFile, encoding: Encoding) -> None:
    read_tree(reading, source.name, yaml_text.parse(source.name, decode(source, encoding)))


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    comment = [f"# {notice}\n"] if notice else []
    write_text(file, itertools.chain(comment, trees.yaml_of_tables(selection)))


def _write_table(file: BinaryIO, selection: Selection, table: Table) -> None:
    write_text(file, trees.yaml_of_table(selection, table))


FORMAT = FileFormat(
    name="yaml",
    suffixes=(".yaml", ".yml"),
    media_type="application/yaml",
    forms=_("a folder with a file for each table, a `.zip` of it, or one `.yaml`"),
    remark=_(
        "for people: parts in their row; what a row does not say has the value of a new record, and so is not emptied where it is imported over a record that has another"
    ),
    choices=(ExportChoice(".yaml", _("YAML, each record with its parts (.yaml)"), "YAML"),),
    read_text=_read,
    write=_write,
    write_table=_write_table,
)
