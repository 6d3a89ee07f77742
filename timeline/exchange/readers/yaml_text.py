"""Parses YAML to nodes: scalars remain source text, so that `no` is no boolean and 2013-01 no number."""

from collections.abc import Iterable, Mapping, Sequence

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from timeline.exchange.readers.nodes import MAX_DEPTH, NULL, excerpt, is_null
from timeline.exchange.readers.types import UnreadableFileError, printable
from timeline.exchange.readers.yaml_errors import unreadable_yaml
from timeline.exchange.readers.yaml_slips import joined_column_message, lost_value_message

# The total expansion of a file's aliases, in characters beyond the file's own length; a value without
# characters counts as _OF_A_VALUE.
MAX_ALIASED = 2**20
_OF_A_VALUE = 16

# Tags that do not change the value, which is the text itself.
_CORE = "tag:yaml.org,2002:"
_TAGS = {f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")}
_OF_LISTS, _OF_MAPPINGS = f"{_CORE}seq", f"{_CORE}map"
# The tag that the loader gives an unquoted `<<`.
_MERGE = f"{_CORE}merge"
_NOTHING = ("", "~", "null", "Null", "NULL")


class _RefusedError(Exception):
    """Content that is not read: the message, and the event or node where it stands."""

    def __init__(self, message: str, at: yaml.Event | Node) -> None:
        super().__init__(message)
        self.line = at.start_mark.line + 1 if at.start_mark else 0


def parse(name: str, text: str) -> Node | None:
    """The root of a YAML file, in which merge keys are replaced by what they stand for.

    The documents of a file are one list, if each is a list of rows. Raises UnreadableFileError.
    """
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        named = _check(text, yaml.parse(text, Loader=loader), MAX_ALIASED + len(text))
        root = _joined([*yaml.compose_all(text, Loader=loader)])
        _check_anchors(named)
        if root is not None and "<<" in text:
            _merge(root, set())
    except _RefusedError as error:
        raise UnreadableFileError(name, str(error), error.line) from None
    except yaml.YAMLError as error:
        raise unreadable_yaml(name, text, error) from None
    return root


def _joined(documents: Sequence[Node]) -> Node | None:
    """The documents of a file as one; None without any. Raises _RefusedError if they cannot be joined."""
    filled = [document for document in documents if not is_null(document)]
    if len(filled) < 2:
        return filled[0] if filled else None
    for document in filled:
        if not isinstance(document, SequenceNode):
            message = _(
                "The file has several parts, separated by “---”, and this one is no list of rows. Put each part in a file of its own."
            )
            raise _RefusedError(message, document)
    items = [item for document in filled for item in document.value]
    return SequenceNode(_OF_LISTS, items, filled[0].start_mark)


def _merge(node: Node, seen: set[int]) -> None:
    """Replace the merge keys (`<<`) in the node by the columns of the rows that they name. Own columns come first."""
    if id(node) in seen or isinstance(node, ScalarNode):
        return
    seen.add(id(node))
    if isinstance(node, SequenceNode):
        for item in node.value:
            _merge(item, seen)
        return
    for key, value in node.value:
        _merge(key, seen)
        _merge(value, seen)
    if merged := [value for key, value in node.value if key.tag == _MERGE]:
        own = [pair for pair in node.value if pair[0].tag != _MERGE]
        names = {excerpt(key) for key, _value in own}
        for row in (row for value in merged for row in _merged_rows(value)):
            own += [pair for pair in row.value if excerpt(pair[0]) not in names]
            names |= {excerpt(key) for key, _value in row.value}
        node.value = own


def _merged_rows(value: Node) -> list[MappingNode]:
    """The rows that a merge key names, in the order of their precedence."""
    rows = value.value if isinstance(value, SequenceNode) else [value]
    for row in rows:
        if not isinstance(row, MappingNode):
            message = _("What “<<” takes over must be a row, or a list of rows: <<: *name.")
            raise _RefusedError(message, row)
    return [*rows]


def _check(text: str, events: Iterable[yaml.Event], limit: int) -> Mapping[str, yaml.Event]:
    """The scalars with a name that no alias uses. Raises _RefusedError for unsupported tags, deep nesting, excessive or recursive aliases, and values lost in silence.

    An alias is a few characters in the file, but stands for all the content of its anchor.
    """
    # The expanded size of each anchor; None while it is open.
    sizes: dict[str, int | None] = {}
    opened: list[tuple[str | None, int]] = []
    # What may be the name of something, or the beginning of a text.
    named: dict[str, yaml.Event] = {}
    size = aliased = 0
    for event in events:
        if isinstance(event, yaml.NodeEvent) and not _is_known(event):
            message = _(
                "The tag %(tag)s asks for another value than the text that stands here. Write the value itself, without a tag."
            )
            raise _RefusedError(message % {"tag": _written(getattr(event, "tag", ""))}, event)
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, size))
            if event.anchor:
                sizes[event.anchor] = None
            if len(opened) > MAX_DEPTH:
                raise _RefusedError(_("Lists and mappings are nested too deeply."), event)
            size += _OF_A_VALUE
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            if anchor:
                sizes[anchor] = size - before
        elif isinstance(event, yaml.ScalarEvent):
            size += _OF_A_VALUE + len(event.value)
            if event.anchor:
                sizes[event.anchor] = _OF_A_VALUE + len(event.value)
                named[event.anchor] = event
            if not event.style or event.style == ":":
                _check_plain(text, event)
        elif isinstance(event, yaml.AliasEvent):
            alias = event.anchor or ""
            named.pop(alias, None)
            meant = sizes.get(alias, 0)
            if meant is None:
                raise _RefusedError(_("An alias stands for what it is a part of."), event)
            size += meant
            aliased += meant
            if aliased > limit:
                message = _(
                    "The aliases of this file (*%(name)s) stand for more than is read; write out what they mean."
                )
                raise _RefusedError(message % {"name": alias[:40]}, event)
    return named


def _check_anchors(named: Mapping[str, yaml.Event]) -> None:
    """Raise _RefusedError if there is a scalar whose name nothing uses: it is the beginning of a text."""
    for name, event in named.items():
        message = _("“&%(name)s” would be lost; put a text that begins with & in quotation marks.")
        raise _RefusedError(message % {"name": name[:40]}, event)


def _check_plain(text: str, event: yaml.ScalarEvent) -> None:
    """Raise _RefusedError if a part of the value was lost, or the value has taken in the next column."""
    first, last = event.start_mark, event.end_mark
    if first is None or last is None:
        return
    start, end = first.index, last.index
    message = lost_value_message(text, start, end)
    if not message and last.line > first.line:
        message = joined_column_message(event.value, text[start:end].partition("\n")[2])
    if message:
        raise _RefusedError(message, event)


def _is_known(event: yaml.NodeEvent) -> bool:
    """Whether the event has no tag, or one that does not change its value."""
    tag = getattr(event, "tag", None)
    if tag is None or tag == "!":
        return True
    if isinstance(event, yaml.ScalarEvent):
        # Only an empty value may be tagged as null.
        return tag in _TAGS and (tag != NULL or event.value in _NOTHING)
    return bool(tag == (_OF_LISTS if isinstance(event, yaml.SequenceStartEvent) else _OF_MAPPINGS))


def _written(tag: str) -> str:
    """The tag in its short notation."""
    return printable(f"!!{tag[len(_CORE) :]}" if tag.startswith(_CORE) else tag)
