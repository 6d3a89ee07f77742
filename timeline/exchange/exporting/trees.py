"""Whole rows as JSON, with every column for programs, and as YAML, without default values for people."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils import translation

from timeline.exchange.exporting.selection import Selection
from timeline.models.fields import ProseField
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES, Table

# The columns of a longer part are written one a line.
LINE = 100


def _json_value(value: Any) -> str:
    """A value that JSON has no form for, as Django's serializers write it."""
    return b64encode(value).decode() if isinstance(value, bytes) else str(value.isoformat())


encode_json = json.JSONEncoder(ensure_ascii=False, default=_json_value).encode


def json_of_tables(selection: Selection) -> Iterator[str]:
    """One object: the name of each table with the list of its rows, one row a line."""
    for number, table in enumerate(selection.tables):
        yield f"{',' if number else '{'}\n{json.dumps(table.name)}: "
        yield from json_list(selection.whole_rows(table))
    yield "\n}\n"


def json_of_table(selection: Selection, table: Table) -> Iterator[str]:
    yield from json_list(selection.whole_rows(table))
    yield "\n"


def json_list(items: Iterable[Any]) -> Iterator[str]:
    before = "[\n"
    for item in items:
        yield before + encode_json(item)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


def yaml_of_tables(selection: Selection) -> Iterator[str]:
    """One mapping: the name of each table with the list of its rows."""
    for number, table in enumerate(selection.tables):
        yield "\n" if number else ""
        yield f"{_comment(table)}{table.name}:\n"
        yield from _yaml_rows(selection, table)


def yaml_of_table(selection: Selection, table: Table) -> Iterator[str]:
    yield _comment(table)
    yield from _yaml_rows(selection, table)


def _comment(table: Table) -> str:
    # In the language of the content, whatever the user's. Its characters also identify the encoding.
    with translation.override("zh-hans"):
        return f"# {table.model._meta.verbose_name_plural}\n"


def _yaml_rows(selection: Selection, table: Table) -> Iterator[str]:
    written = _YamlWriter(table, selection.with_status(table))
    for row in selection.whole_rows(table):
        yield f"\n{written.row(row, '')}"


class _YamlWriter:
    """The rows of a table as YAML. An omitted column has the default value of a new record."""

    def __init__(self, table: Table, has_status: bool = False) -> None:
        columns = [column for column in table.columns.values() if column.name != table.within]
        short = [(column.name, _implied_values(table, column)) for column in columns if not _is_long(column)]
        long = [(column.name, _implied_values(table, column)) for column in columns if _is_long(column)]
        status: list[tuple[str, Sequence[Any]]] = [("status", ())] if has_status else []
        self.columns = [*short, *status, *long]
        self.table = table

    @cached_property
    def nested(self) -> "dict[str, _YamlWriter]":
        return {name: _YamlWriter(TABLES[inner]) for name, inner in self.table.nested.items()}

    def row(self, row: Mapping[str, Any], indent: str) -> str:
        """The row as an item of a block list."""
        lines = []
        for name, implied in self.columns:
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

    def part(self, row: Mapping[str, Any], indent: str) -> str:
        """The row as an item of a list within another row; on one line if it is short."""
        items = [(name, row[name]) for name, implied in self.columns if row[name] not in implied]
        if sum(len(name) + len(str(value)) + 4 for name, value in items) <= LINE and not any(
            "\n" in value for _name, value in items if type(value) is str
        ):
            cells = ", ".join(f"{name}: {flow(value)}" for name, value in items)
            return f"{indent}- {{{cells}}}\n"
        return self.row(row, indent)


def _is_long(column: Column) -> bool:
    return isinstance(column.field, ProseField)


def _implied_values(table: Table, column: Column) -> Sequence[Any]:
    """The values of this column that may be omitted from a row."""
    if column.name in table.key and not column.field.has_default() and not column.field.blank:
        return ()
    if column.name == "phase":
        # Without this column, an entry gets the phase of its date.
        return ()
    default = column.default()
    return (None, "", []) if default in (None, "") else (default,)


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


def flow(value: Any) -> str:
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
