"""Files to rows: what a file says, cell by cell, with the place where it says so. Nothing is interpreted here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from timeline.rows import TABLES, Plain, Table, nearest

# A file larger than this is no content file; it would only fill the memory.
MAX_BYTES = 64 * 1024 * 1024
# Rows nest three deep; the parser's own recursion ends the process somewhere beyond a few thousand.
MAX_DEPTH = 100


@dataclass(frozen=True)
class Place:
    """Where something stands: file, table, number of the row in it (from 1), line of the file (from 1; 0 unknown)."""

    file: str
    table: str = ""
    row: int = 0
    line: int = 0

    def __str__(self) -> str:
        text = self.file
        if self.row:
            text += _(", row %(row)s") % {"row": self.row}
        if self.line:
            text += _(" (line %(line)s)") % {"line": self.line}
        return text


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, in which column, with which value, and what would be right."""

    place: Place
    message: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        text = str(self.place)
        if self.column:
            text += _(", column %(column)s") % {"column": self.column}
        if self.value:
            # A control character in a file must not reach the terminal of whoever reads this.
            shown = "".join(char if char.isprintable() else "\ufffd" for char in self.value[:60])
            shown += "…" if len(self.value) > 60 else ""
            text += _(", value “%(value)s”") % {"value": shown}
        return _("%(place)s: %(message)s") % {"place": text, "message": self.message}


@dataclass(frozen=True)
class FileRow:
    """A row as a file has it, its cells untouched."""

    place: Place
    table: Table
    cells: dict[str, Plain]

    @property
    def is_nested(self) -> bool:
        """Whether it stands within a row of another table."""
        return self.place.table != self.table.name


class Unreadable(Exception):
    """The file cannot be read as rows at all."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def content_files(paths: list[Path]) -> list[Path]:
    """The files that these paths name; of a folder all content files in it, by name. Raises Unreadable."""
    files: list[Path] = []
    for path in paths:
        if _is(path, Path.is_dir):
            found = sorted(inner for inner in path.iterdir() if inner.suffix.lower() in (".yaml", ".yml"))
            if not found:
                raise Unreadable(Problem(Place(str(path)), _("There is no .yaml file in this folder.")))
            files += found
        elif _is(path, Path.is_file):
            files.append(path)
        else:
            raise Unreadable(Problem(Place(str(path)), _("There is no such file or folder.")))
    return files


def table_name(path: Path) -> str | None:
    """The table that a file is named for: policies.yaml, or policies-2024.yaml."""
    stem = path.stem.lower()
    return next((name for name in (stem, stem.partition("-")[0]) if name in TABLES), None)


def _is(path: Path, kind: Callable[[Path], bool]) -> bool:
    # A name that no file system can hold (too long, a NUL) is no file either.
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def read_file(path: Path) -> tuple[list[FileRow], list[Problem]]:
    """The rows of a file, those nested in others after them, and what is wrong with its shape."""
    reader = _YamlFile(path)
    return reader.rows, reader.problems


class _YamlFile:
    """A YAML file: a list of rows in a file named for its table, or tables by name with a list of rows each.

    Scalars stay the text that was typed: `no` is no boolean here and 2013-01 no subtraction.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.name
        self.path = path
        self.rows: list[FileRow] = []
        self.problems: list[Problem] = []
        root = self._compose()
        if root is not None and not _is_null(root):
            for table, node in self._tables(root):
                self._read_table(table, node)

    def _compose(self) -> Node | None:
        if self.path.suffix.lower() not in (".yaml", ".yml"):
            raise self._unreadable(_("Only .yaml files are read."))
        try:
            if self.path.stat().st_size > MAX_BYTES:
                raise self._unreadable(
                    _("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 2**20}
                )
            text = self.path.read_bytes().decode("utf-8-sig")
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            if any(depth > MAX_DEPTH for depth in _depths(yaml.parse(text, Loader=loader))):
                raise self._unreadable(_("Lists and mappings are nested too deeply."))
            return yaml.compose(text, Loader=loader)
        except UnicodeDecodeError as error:
            raise self._unreadable(
                _("The file is not UTF-8: byte %(position)s cannot be read.") % {"position": error.start + 1}
            ) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._unreadable(
                _("This is not YAML: %(problem)s.") % {"problem": error.problem or error.context},
                line=mark.line + 1 if mark else 0,
            ) from None
        except yaml.YAMLError as error:
            raise self._unreadable(_("This is not YAML: %(problem)s.") % {"problem": str(error)}) from None
        except OSError as error:
            raise self._unreadable(
                _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror}
            ) from None

    def _unreadable(self, message: str, line: int = 0) -> Unreadable:
        return Unreadable(Problem(Place(self.file, line=line), message))

    def _tables(self, root: Node) -> Iterator[tuple[Table, Node]]:
        if isinstance(root, MappingNode):
            for key, node in root.value:
                table = TABLES.get(key.value) if isinstance(key, ScalarNode) else None
                if table is None:
                    self._unknown_table(_excerpt(key), key)
                else:
                    yield table, node
        else:
            name = table_name(self.path)
            if name is None:
                self._unknown_table(self.path.stem, root)
            else:
                yield TABLES[name], root

    def _unknown_table(self, name: str, node: Node) -> None:
        self.problems.append(
            Problem(
                Place(self.file, line=_line(node)),
                _("There is no table “%(name)s”%(nearest)s. Tables are: %(tables)s.")
                % {"name": name, "nearest": nearest(name, list(TABLES)), "tables": ", ".join(TABLES)},
            )
        )

    def _read_table(self, table: Table, node: Node) -> None:
        if _is_null(node):
            return
        if not isinstance(node, SequenceNode):
            self.problems.append(
                Problem(
                    Place(self.file, table.name, line=_line(node)),
                    _("A list of rows is expected here, each beginning with “- ”."),
                )
            )
            return
        for number, item in enumerate(node.value, 1):
            self._read_row(table, item, Place(self.file, table.name, number, _line(item)))

    def _read_row(
        self, table: Table, node: Node, place: Place, around: dict[str, Plain] | None = None
    ) -> None:
        if not isinstance(node, MappingNode):
            self.problems.append(
                Problem(
                    place, _("A row is expected here, its columns as “name: value”."), value=_excerpt(node)
                )
            )
            return
        cells: dict[str, Plain] = dict(around or {})
        nested: list[tuple[Table, Node]] = []
        own: set[str] = set()
        for key, value in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else _excerpt(key)
            if name in own:
                self.problems.append(
                    Problem(place, _("The column stands twice in this row."), name, _excerpt(value))
                )
                continue
            own.add(name)
            if name in table.nested:
                nested.append((TABLES[table.nested[name]], value))
            elif around and name in around:
                self.problems.append(
                    Problem(
                        place, _("Here the row around it says this; leave it out."), name, _excerpt(value)
                    )
                )
            else:
                self._read_cell(cells, name, value, place)
        self.rows.append(FileRow(place, table, cells))
        for inner, value in nested:
            self._read_nested(inner, value, place, cells)

    def _read_nested(self, table: Table, node: Node, place: Place, cells: dict[str, Plain]) -> None:
        if _is_null(node):
            return
        if not isinstance(node, SequenceNode):
            self.problems.append(
                Problem(
                    place,
                    _("A list is expected here, each item beginning with “- ”."),
                    table.name,
                    _excerpt(node),
                )
            )
            return
        for item in node.value:
            self._read_row(
                table,
                item,
                Place(self.file, place.table, place.row, _line(item)),
                {table.within: cells.get("slug")},
            )

    def _read_cell(self, cells: dict[str, Plain], name: str, node: Node, place: Place) -> None:
        if isinstance(node, ScalarNode):
            cells[name] = None if _is_null(node) else node.value
        elif isinstance(node, SequenceNode) and all(isinstance(item, ScalarNode) for item in node.value):
            cells[name] = [item.value for item in node.value if not _is_null(item)]
        else:
            self.problems.append(
                Problem(place, _("A value or a list of values is expected here."), name, _excerpt(node))
            )


def _depths(events: Iterable[yaml.Event]) -> Iterator[int]:
    """How many collections are open after each event."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        yield depth


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _line(node: Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 0


def _excerpt(node: Node) -> str:
    """A few words of the node, for a message; never more than its first level."""
    value: Any = node.value
    if isinstance(node, ScalarNode):
        return str(value)
    if isinstance(node, SequenceNode):
        return ", ".join(str(item.value) for item in value[:3] if isinstance(item, ScalarNode))
    return ", ".join(f"{key.value}: …" for key, _value in value[:3] if isinstance(key, ScalarNode))
