"""The common node types of YAML and JSON: those of PyYAML, with scalars as their source text."""

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

# Rows nest three deep; the parsers' recursion crashes the process at a few thousand.
MAX_DEPTH = 100

NULL = "tag:yaml.org,2002:null"
TEXT = "tag:yaml.org,2002:str"


def _mark(line: int) -> Mark:
    """The start of a node: its line, from 0."""
    return Mark("", 0, line, 0, None, 0)


def scalar(text: str | None, at: int) -> ScalarNode:
    return ScalarNode(TEXT if text is not None else NULL, text or "", _mark(at))


def sequence(items: list[Node], at: int) -> SequenceNode:
    return SequenceNode("tag:yaml.org,2002:seq", items, _mark(at))


def mapping(pairs: list[tuple[Node, Node]], at: int) -> MappingNode:
    return MappingNode("tag:yaml.org,2002:map", pairs, _mark(at))


def is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == NULL


def line(node: Node) -> int:
    """The first line of the node, from 1."""
    return node.start_mark.line + 1 if node.start_mark else 0


def excerpt(node: Node) -> str:
    """A short excerpt of the node for a message; only of its first level."""
    if isinstance(node, ScalarNode):
        return str(node.value)
    if isinstance(node, SequenceNode):
        return ", ".join(str(item.value) for item in node.value[:3] if isinstance(item, ScalarNode))
    return ", ".join(f"{key.value}: …" for key, _value in node.value[:3] if isinstance(key, ScalarNode))


def plain_value(node: Node) -> object:
    """The node as texts, lists and dicts; null is None. Of members of one name the last counts."""
    if isinstance(node, MappingNode):
        return {str(key.value): plain_value(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain_value(item) for item in node.value]
    return None if is_null(node) else str(node.value)
