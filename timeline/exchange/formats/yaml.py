"""YAML, for people: parts are nested in their records, and columns with their default value are left out."""

import itertools
import json
import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import BinaryIO

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from timeline.exchange.exporting.destinations import write_text
from timeline.exchange.exporting.selection import Selection
from timeline.exchange.formats.declaration import ExportChoice, FileFormat
from timeline.exchange.readers import yaml_text
from timeline.exchange.readers.encodings import Encoding, decode
from timeline.exchange.readers.headers import inner_tables
from timeline.exchange.readers.sources import ReadableFile
from timeline.exchange.readers.tree import read_tree
from timeline.exchange.readers.types import ReadResult
from timeline.models.fields import ProseField
from timeline.rows.columns import Column, PlainValue
from timeline.rows.grouping import inner_grouping
from timeline.rows.tables import STATUS_COLUMN, Table, WholeRow

# The columns of a longer part are written one a line.
LINE = 100

# --- scalars

# These have a meaning at the beginning of a plain scalar, or may have one to another parser.
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~+.")
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])
# Texts that another parser may read as a number, a date or a time.
_TYPED = re.compile(r"[-+.]?[0-9][-+.:0-9_/TZtzeExXoOa-fA-F~? ]*")
# Characters that YAML does not allow unescaped, or treats as line breaks.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSOUND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_FLOW_SIGNS = re.compile(r"[,\[\]{}:#]")


def block(text: str, indent: str = "") -> str:
    """The text as a block scalar in a column of a row with this indentation."""
    if is_plain(text):
        return text
    if "\n" in text and text[0] not in " \t\n" and text[-1] not in " \t\n" and not _UNSOUND.search(text):
        lines = text.split("\n")
        return "|-\n" + "\n".join(f"{indent}    {line}" if line else "" for line in lines)
    return quoted(text)


def flow(value: PlainValue) -> str:
    """The value as a scalar in a flow mapping."""
    if type(value) is not str:
        return "null" if value is None else json.dumps(value)
    return value if is_plain(value) and not _FLOW_SIGNS.search(value) else quoted(value)


def is_plain(text: str) -> bool:
    """Whether the text is valid as a plain scalar and every parser reads it as text."""
    return (
        text.isprintable()
        and text != ""
        and text[0] not in _INDICATORS
        and text[0] != " "
        and text[-1] not in " :"
        and ": " not in text
        and " #" not in text
        and not ("0" <= text[0] <= "9" and _TYPED.fullmatch(text))
        and not (len(text) < 6 and text.lower() in _WORDS)
    )


def quoted(text: str) -> str:
    """The text as a JSON string, which is valid YAML."""
    literal = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", literal)


# --- rows


class _YamlWriter:
    """The rows of a table as YAML. An omitted column has the default value of a new record."""

    def __init__(self, table: Table, *, has_status: bool = False) -> None:
        self.table = table
        grouping = inner_grouping(table)
        outer = {table.within, *(grouping.columns if grouping else ())}
        columns = [column for column in table.columns.values() if column.name not in outer]
        prose = [column for column in columns if isinstance(column.field, ProseField)]
        # The values of each column that are omitted. Long texts come last.
        self.omitted = {one.name: _implied_values(table, one) for one in columns if one not in prose}
        if has_status:
            self.omitted[STATUS_COLUMN] = ()
        self.omitted |= {one.name: _implied_values(table, one) for one in prose}

    @cached_property
    def nested(self) -> "dict[str, _YamlWriter]":
        parts = {name: part for name, part in self.table.parts.items() if inner_grouping(part) is None}
        return {name: _YamlWriter(table) for name, table in (parts | inner_tables(self.table)).items()}

    def row(self, row: WholeRow, indent: str) -> str:
        """The row as an item of a block list."""
        lines = []
        for name, implied in self.omitted.items():
            value = row[name]
            if value in implied:
                continue
            if type(value) is str:
                lines.append(f"{indent}  {name}: {block(value, indent)}\n")
            elif value is None:
                lines.append(f"{indent}  {name}:\n")
            elif type(value) is list:
                items = "".join(f"{indent}    - {block(item, indent)}\n" for item in value)
                lines.append(f"{indent}  {name}:\n{items}")
            else:
                lines.append(f"{indent}  {name}: {json.dumps(value)}\n")
        for name, inner in self.nested.items():
            if row[name]:
                lines.append(f"{indent}  {name}:\n")
                lines += [inner.part(its, f"{indent}    ") for its in row[name]]
        text = "".join(lines)
        return f"{indent}- {text[len(indent) + 2 :]}"

    def part(self, row: WholeRow, indent: str) -> str:
        """The row as an item of a list within another row; on one line if it is short."""
        cells = {name: row[name] for name, implied in self.omitted.items() if row[name] not in implied}
        length = sum(len(name) + len(str(value)) + 4 for name, value in cells.items())
        has_lines = any("\n" in value for value in cells.values() if type(value) is str)
        if length <= LINE and not has_lines and not any(row[name] for name in self.nested):
            items = ", ".join(f"{name}: {flow(value)}" for name, value in cells.items())
            return f"{indent}- {{{items}}}\n"
        return self.row(row, indent)


def row_text(table: Table, row: WholeRow) -> str:
    """A whole row as an item of a block list. Columns and parts that it lacks are omitted."""
    writer = _YamlWriter(table)
    return writer.row(_completed(writer, row), "")


def _completed(writer: _YamlWriter, row: WholeRow) -> WholeRow:
    lists = [name for name, column in writer.table.columns.items() if column.is_many_to_many]
    parts = {
        name: [_completed(inner, part) for part in row.get(name, ())] for name, inner in writer.nested.items()
    }
    plain = {
        name: column.default() for name, column in writer.table.columns.items() if not column.is_many_to_many
    }
    return {**plain, **dict.fromkeys(lists, ()), **row, **parts}


def _implied_values(table: Table, column: Column) -> Collection[object]:
    """The values of this column that may be omitted from a row."""
    if column.name in table.key and column.is_required:
        return ()
    if column.name == "phase":
        # Without this column, an entry gets the phase of its date.
        return ()
    default = column.default()
    return (None, "", [], ()) if default in (None, "") else (default,)


def _comment(table: Table) -> str:
    # In the language of the content, whatever the user's. Its characters also identify the encoding.
    with translation.override("zh-hans"):
        return f"# {table.model._meta.verbose_name_plural}\n"


def _rows(selection: Selection, table: Table) -> Iterator[str]:
    writer = _YamlWriter(table, has_status=selection.with_status(table))
    for row in selection.whole_rows(table):
        yield f"\n{writer.row(row, '')}"


def _tables(selection: Selection) -> Iterator[str]:
    """One mapping: the name of each table with the list of its rows."""
    for number, table in enumerate(selection.tables):
        yield "\n" if number else ""
        yield f"{_comment(table)}{table.name}:\n"
        yield from _rows(selection, table)


def _read(reading: ReadResult, source: ReadableFile, encoding: Encoding) -> None:
    read_tree(reading, source.name, yaml_text.parse(source.name, decode(source, encoding)))


def _write(file: BinaryIO, selection: Selection, notice: str) -> None:
    comment = [f"# {notice}\n"] if notice else []
    write_text(file, itertools.chain(comment, _tables(selection)))


def _write_table(file: BinaryIO, selection: Selection, table: Table) -> None:
    write_text(file, itertools.chain([_comment(table)], _rows(selection, table)))


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
