"""YAML to nodes: scalars stay the text that was typed, so that `no` is no boolean and 2013-01 no subtraction."""

from collections.abc import Iterable, Iterator

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import Node

from timeline.exchange.readers.nodes import MAX_DEPTH
from timeline.exchange.readers.reading import Place, Problem, Unreadable


def parse(name: str, text: str) -> Node | None:
    """The root of a YAML file. Raises Unreadable."""
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if any(depth > MAX_DEPTH for depth in _depths(yaml.parse(text, Loader=loader))):
            raise _unreadable(name, _("Lists and mappings are nested too deeply."))
        root: Node | None = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(
            name,
            _("This is not YAML: %(problem)s.") % {"problem": error.problem or error.context},
            mark.line + 1 if mark else 0,
        ) from None
    except yaml.YAMLError as error:
        raise _unreadable(name, _("This is not YAML: %(problem)s.") % {"problem": str(error)}) from None
    return root


def _depths(events: Iterable[yaml.Event]) -> Iterator[int]:
    """How many collections are open after each event."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        yield depth


def _unreadable(name: str, message: str, line: int = 0) -> Unreadable:
    return Unreadable(Problem(Place(name, line=line), message))
