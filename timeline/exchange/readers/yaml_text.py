"""Parses YAML to nodes: scalars remain source text, so that `no` is no boolean and 2013-01 no number."""

from collections.abc import Iterable

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import Node

from timeline.exchange.readers.nodes import MAX_DEPTH, NULL
from timeline.exchange.readers.types import UnreadableFileError, printable

# The total expansion of a file's aliases, in characters beyond the file's own length; a value without
# characters counts as _OF_A_VALUE.
MAX_ALIASED = 2**20
_OF_A_VALUE = 16

# Tags that do not change the value, which is the text itself.
_CORE = "tag:yaml.org,2002:"
_TAGS = {f"{_CORE}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")}
_OF_LISTS, _OF_MAPPINGS = f"{_CORE}seq", f"{_CORE}map"
_NOTHING = ("", "~", "null", "Null", "NULL")


class _RefusedError(Exception):
    """Content that is not read: the message, and the event where it stands."""

    def __init__(self, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.line = event.start_mark.line + 1 if event.start_mark else 0


def parse(name: str, text: str) -> Node | None:
    """The root of a YAML file. Raises UnreadableFileError."""
    message = _("This is not YAML: %(problem)s.")
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        _check(yaml.parse(text, Loader=loader), MAX_ALIASED + len(text))
        root: Node | None = yaml.compose(text, Loader=loader)
    except _RefusedError as error:
        raise UnreadableFileError(name, str(error), error.line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise UnreadableFileError(name, message, line, problem=error.problem or error.context) from None
    except yaml.YAMLError as error:
        raise UnreadableFileError(name, message, problem=str(error)) from None
    return root


def _check(events: Iterable[yaml.Event], limit: int) -> None:
    """Raise _RefusedError for unsupported tags, deep nesting, excessive or recursive aliases.

    An alias is a few characters in the file, but stands for all the content of its anchor.
    """
    # The expanded size of each anchor; None while it is open.
    sizes: dict[str, int | None] = {}
    opened: list[tuple[str | None, int]] = []
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
        elif isinstance(event, yaml.AliasEvent):
            alias = event.anchor or ""
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
