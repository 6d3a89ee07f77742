"""Parses JSON to nodes with line numbers: numbers remain text, and duplicate names are detected."""

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]

from django.utils.translation import gettext as _
from yaml.nodes import Node

from timeline.exchange.readers.nodes import MAX_DEPTH, mapping, scalar, sequence
from timeline.exchange.readers.types import FileLocation, Problem, UnreadableFileError

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(
    r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)(?![\w.+-])", re.ASCII
)
_SURROGATE = re.compile("[\ud800-\udfff]")


class _JSONSyntaxError(Exception):
    """A syntax error: what was expected at a position of the text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def parse(name: str, text: str) -> Node | None:
    """The root of a JSON file; None if it is empty. Raises UnreadableFileError."""
    if not text.strip(" \t\n\r"):
        return None
    parser = _Parser(text)
    try:
        return parser.document()
    except _JSONSyntaxError as error:
        message = _("This is not JSON: %(problem)s.") % {"problem": error.args[0]}
        raise UnreadableFileError(
            Problem(FileLocation(name, line=parser.line(error.position) + 1), message)
        ) from None


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\n" if "\n" in text else "\r"
        self._line, self._counted = 0, 0

    def line(self, position: int) -> int:
        """The line of a position, from 0, counted from the last result."""
        if position < self._counted:
            return self.text.count(self.newline, 0, position)
        self._line += self.text.count(self.newline, self._counted, position)
        self._counted = position
        return self._line

    def document(self) -> Node:
        node, position = self._value(self._skip(0), 0)
        if (end := self._skip(position)) < len(self.text):
            raise _JSONSyntaxError(_("nothing more is expected here"), end)
        return node

    def _skip(self, position: int) -> int:
        return _SPACE.match(self.text, position).end()  # type: ignore[union-attr]

    def _value(self, position: int, depth: int) -> tuple[Node, int]:
        """The value at the position, and the position of its end."""
        at = self.line(position)
        opening = self.text[position : position + 1]
        if opening == '"':
            text, end = self._string(position)
            return scalar(text, at), end
        if opening in ("{", "["):
            if depth >= MAX_DEPTH:
                raise _JSONSyntaxError(_("lists and objects are nested too deeply"), position)
            return self._object(position, at, depth) if opening == "{" else self._list(position, at, depth)
        if found := _PLAIN.match(self.text, position):
            return scalar(None if found[1] == "null" else found[1], at), found.end()
        raise _JSONSyntaxError(_("a value is expected here; text stands in quotation marks"), position)

    def _list(self, position: int, at: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        position = self._skip(position + 1)
        if self._is(position, "]"):
            return sequence(items, at), position + 1
        while True:
            item, position = self._value(position, depth + 1)
            items.append(item)
            position = self._skip(position)
            if self._is(position, "]"):
                return sequence(items, at), position + 1
            if not self._is(position, ","):
                raise _JSONSyntaxError(_("a comma or ] is expected here"), position)
            position = self._skip(position + 1)

    def _object(self, position: int, at: int, depth: int) -> tuple[Node, int]:
        pairs: list[tuple[Node, Node]] = []
        position = self._skip(position + 1)
        if self._is(position, "}"):
            return mapping(pairs, at), position + 1
        while True:
            if not self._is(position, '"'):
                raise _JSONSyntaxError(_("a name in quotation marks is expected here"), position)
            key_at = self.line(position)
            name, position = self._string(position)
            position = self._skip(position)
            if not self._is(position, ":"):
                raise _JSONSyntaxError(_("a colon is expected here"), position)
            value, position = self._value(self._skip(position + 1), depth + 1)
            pairs.append((scalar(name, key_at), value))
            position = self._skip(position)
            if self._is(position, "}"):
                return mapping(pairs, at), position + 1
            if not self._is(position, ","):
                raise _JSONSyntaxError(_("a comma or } is expected here"), position)
            position = self._skip(position + 1)

    def _string(self, position: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, position + 1, True)
        except JSONDecodeError as error:
            raise _JSONSyntaxError(
                _("a text is not closed, or holds what must be escaped"), error.pos
            ) from None
        if _SURROGATE.search(text):
            raise _JSONSyntaxError(_("a text holds half a character"), position)
        return text, end

    def _is(self, position: int, char: str) -> bool:
        return self.text.startswith(char, position)
