"""The common node types of YAML and JSON: those of PyYAML, with scalars as their source text."""

from dataclasses import dataclass
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

# Rows nest three deep; the parsers' recursion crashes the process at a few thousand.
MAX_DEPTH = 100

NULL = "tag:yaml.org,2002:null"
TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True)
class LineMark:
    """The start of a node: its line, from 0."""

    line: int


def scalar(text: str | None, at: int) -> ScalarNode:
    return ScalarNode(TEXT if text is not None else NULL, text or "", LineMark(at))  # type: ignore[arg-type]


def sequence(items: list[Node], at: int) -> SequenceNode:
    return SequenceNode("tag:yaml.org,2002:seq", items, LineMark(at))  # type: ignore[arg-type]


def mapping(pairs: list[tuple[Node, Node]], at: int) -> MappingNode:
    return MappingNode("tag:yaml.org,2002:map", pairs, LineMark(at))  # type: ignore[arg-type]


def is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == NULL


def line(node: Node) -> int:
    """The first line of the node, from 1."""
    return node.start_mark.line + 1 if node.start_mark else 0


def excerpt(node: Node) -> str:
    """A short excerpt of the node for a message; only of its first level."""
    value: Any = node.value
    if isinstance(node, ScalarNode):
        return str(value)
    if isinstance(node, SequenceNode):
        return ", ".join(str(item.value) for item in value[:3] if isinstance(item, ScalarNode))
    return ", ".join(f"{key.value}: …" for key, _value in value[:3] if isinstance(key, ScalarNode))
