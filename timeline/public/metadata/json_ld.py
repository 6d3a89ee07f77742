"""Nodes of structured data, and their text within a page (JSON-LD 1.1, https://www.w3.org/TR/json-ld11/)."""

import json
from collections.abc import Iterable, Mapping

from django.utils.safestring import SafeString, mark_safe

Node = dict[str, object]

# As Django's `json_script` writes them, so that no text ends the script or begins a comment in it.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def node(type: str, **properties: object) -> Node:
    """A node without the properties that have no value."""
    return {"@type": type} | filled(properties)


def filled(properties: Mapping[str, object]) -> Node:
    return {name: value for name, value in properties.items() if value not in (None, "", [], {})}


def json_ld(nodes: Iterable[Node]) -> SafeString:
    """The nodes as the text of a script element; "" if there are none."""
    graph = [*nodes]
    if not graph:
        return SafeString("")
    document = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))
