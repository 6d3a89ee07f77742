"""Whole rows as JSON and YAML: JSON with every column, for programs; YAML with what there is to say, for people."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.utils import translation

from timeline.exchange.exporting.selection import Selection
from timeline.models.fields import ProseField
from timeline.rows.columns import Column
from timeline.rows.tables import TABLES, Table

# Longer than this, the columns of a part stand below each other.
LINE = 100

encode_json = json.JSONEncoder(ensure_ascii=False, default=lambda value: value.isoformat()).encode


def json_of_tables(selection: Selection) -> Iterator[str]:
    """One object: under the name of each table the list of its rows, one a line."""
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
    """One mapping: under the name of each table the list of its rows."""
    for number, table in enumerate(selection.tables):
        yield "\n" if number else ""
        yield f"{_comment(table)}{table.name}:\n"
        yield from _yaml_rows(selection, table)


def yaml_of_table(selection: Selection, table: Table) -> Iterator[str]:
    yield _comment(table)
    yield from _yaml_rows(selection, table)


def _comment(table: Table) -> str:
    # In the language of the record, whatever that of whoever exports; the words also tell which encoding this is.
    with translation.override("zh-hans"):
        return f"# {table.model._meta.verbose_name_plural}\n"


def _yaml_rows(selection: Selection, table: Table) -> Iterator[str]:
    written = _YamlWriter(table, selection.with_status(table))
    for row in selection.whole_rows(table):
        yield f"\n{written.row(row, '')}"


class _YamlWriter:
    """The rows of a table as YAML. What a row does not say has the value that a new record has."""

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
        """An item of a block list."""
        lines = []
        for name, unsaid in self.columns:
            value = row[name]
            if value in unsaid:
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
        """An item of a list within a row, in one line where it is short."""
        said = [(name, row[name]) for name, unsaid in self.columns if row[name] not in unsaid]
        if sum(len(name) + len(str(value)) + 4 for name, value in said) <= LINE and not any(
            "\n" in value for _name, value in said if type(value) is str
        ):
            cells = ", ".join(f"{name}: {flow(value)}" for name, value in said)
            return f"{indent}- {{{cells}}}\n"
        return self.row(row, indent)


def _is_long(column: Column) -> bool:
    return isinstance(column.field, ProseField)


def _implied_values(table: Table, column: Column) -> Sequence[Any]:
    """The values of this column that a row need not mention."""
    if column.name in table.key and not column.field.has_default() and not column.field.blank:
        return ()
    if column.name == "phase":
        # Where a row does not speak of it, an entry gets the phase that had begun by its date.
        return ()
    default = column.default()
    return (None, "", []) if default in (None, "") else (default,)


# At the beginning of a plain scalar these mean something, or might to another program.
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~+.")
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])
# What another program could take for a number, a date or a time.
_TYPED = re.compile(r"[-+.]?[0-9][-+.:0-9_/TZtzeExXoOa-fA-F~? ]*")
# What YAML does not hold as it is, or takes for the end of a line.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSOUND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_FLOW_SIGNS = re.compile(r"[,\[\]{}:#]")


def block(text: str, indent: str = "") -> str:
    """The text as a scalar in a column of a row at this indent."""
    if is_plain(text):
        return text
    if "\n" in text and text[0] not in " \t\n" and text[-1] not in " \t\n" and not _UNSOUND.search(text):
        lines = text.split("\n")
        return "|-\n" + "\n".join(f"{indent}    {line}" if line else "" for line in lines)
    return quoted(text)


def flow(value: Any) -> str:
    """The value as a scalar between braces."""
    if type(value) is not str:
        return "null" if value is None else json.dumps(value)
    return value if is_plain(value) and not _FLOW_SIGNS.search(value) else quoted(value)


def is_plain(text: str) -> bool:
    """Whether the text may stand without quotation marks, and is text to every program."""
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
    """In JSON's quotation marks, which YAML knows too."""
    words = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", words)
