"""Parses JSON and JSON Lines to nodes with line numbers: numbers remain text, and duplicate names are detected."""

import re
from collections.abc import Callable, Iterator
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import TypeVar

from django.utils.translation import gettext as _
from yaml.nodes import Node

from timeline.exchange.readers.nodes import MAX_DEPTH, mapping, scalar, sequence
from timeline.exchange.readers.types import UnreadableFileError

Item = TypeVar("Item")

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(
    r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)(?![\w.+-])", re.ASCII
)
# Full-width signs with those that JSON has for them.
_HALF_WIDTH = {
    "，": ",",
    "、": ",",
    "：": ":",
    "“": '"',
    "”": '"',
    "｛": "{",
    "｝": "}",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
}
_SURROGATE = re.compile("[\ud800-\udfff]")


class _JSONSyntaxError(Exception):
    """A syntax error: what was expected at a position of the text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def parse(name: str, text: str, first_line: int = 1) -> Node | None:
    """The root of a JSON text that begins in that line of a file; None if it is empty. Raises UnreadableFileError."""
    if not text.strip(" \t\n\r"):
        return None
    parser = _Parser(text, first_line - 1)
    try:
        root, position = parser.value(parser.skip(0), 0)
        if (end := parser.skip(position)) < len(text):
            raise _JSONSyntaxError(_("nothing more is expected here"), end)
        return root
    except _JSONSyntaxError as error:
        line = parser.line(error.position) + 1
        message, problem = _("This is not JSON: %(problem)s."), error.args[0]
        found = text[error.position : error.position + 1]
        if meant := _HALF_WIDTH.get(found):
            problem = _("the sign “%(found)s” is full-width; write a half-width one: %(meant)s")
            problem %= {"found": found, "meant": meant}
        raise UnreadableFileError(name, message, line, problem=problem) from None


def parse_lines(name: str, text: str) -> Iterator[Node | UnreadableFileError]:
    """The root of each line of a file of JSON Lines that is not empty, or what is wrong with the line."""
    for number, line in enumerate(re.split("\r\n|\n|\r", text), 1):
        try:
            root = parse(name, line, number)
        except UnreadableFileError as error:
            yield error
        else:
            if root is not None:
                yield root


class _Parser:
    """Each method takes a position in the text and returns what is there, with the position of its end."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self._first_line = first_line
        self.newline = "\n" if "\n" in text else "\r"
        self._line, self._counted = 0, 0

    def line(self, position: int) -> int:
        """The line of a position, from 0, counted from the last result."""
        if position < self._counted:
            return self._first_line + self.text.count(self.newline, 0, position)
        self._line += self.text.count(self.newline, self._counted, position)
        self._counted = position
        return self._first_line + self._line

    def skip(self, position: int) -> int:
        """The position behind the white space."""
        return _SPACE.match(self.text, position).end()  # type: ignore[union-attr]

    def value(self, position: int, depth: int) -> tuple[Node, int]:
        at = self.line(position)
        opening = self.text[position : position + 1]
        if opening == '"':
            text, end = self._string(position)
            return scalar(text, at), end
        if opening in ("{", "[") and depth >= MAX_DEPTH:
            raise _JSONSyntaxError(_("lists and objects are nested too deeply"), position)
        if opening == "[":
            expected = _("a comma or ] is expected here")
            items, end = self._items(position, "]", lambda start: self.value(start, depth + 1), expected)
            return sequence(items, at), end
        if opening == "{":
            expected = _("a comma or } is expected here")
            pairs, end = self._items(position, "}", lambda start: self._member(start, depth + 1), expected)
            return mapping(pairs, at), end
        if found := _PLAIN.match(self.text, position):
            return scalar(None if found[1] == "null" else found[1], at), found.end()
        raise _JSONSyntaxError(_("a value is expected here; text stands in quotation marks"), position)

    def _items(
        self, position: int, closing: str, read: Callable[[int], tuple[Item, int]], expected: str
    ) -> tuple[list[Item], int]:
        items: list[Item] = []
        position = self.skip(position + 1)
        while not self.text.startswith(closing, position):
            item, position = read(position)
            items.append(item)
            position = self.skip(position)
            if self.text.startswith(closing, position):
                break
            if not self.text.startswith(",", position):
                raise _JSONSyntaxError(expected, position)
            position = self.skip(position + 1)
            if self.text.startswith(closing, position):
                raise _JSONSyntaxError(
                    _("a comma stands before %(closing)s, where nothing follows") % {"closing": closing},
                    position,
                )
        return items, position + 1

    def _member(self, position: int, depth: int) -> tuple[tuple[Node, Node], int]:
        if not self.text.startswith('"', position):
            raise _JSONSyntaxError(_("a name in quotation marks is expected here"), position)
        at = self.line(position)
        name, position = self._string(position)
        position = self.skip(position)
        if not self.text.startswith(":", position):
            raise _JSONSyntaxError(_("a colon is expected here"), position)
        value, position = self.value(self.skip(position + 1), depth)
        return (scalar(name, at), value), position

    def _string(self, position: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, position + 1, True)
        except JSONDecodeError as error:
            message = _("a text is not closed, or holds what must be escaped")
            raise _JSONSyntaxError(message, error.pos) from None
        if _SURROGATE.search(text):
            raise _JSONSyntaxError(_("a text holds half a character"), position)
        return text, end
