"""The metadata in the heads of pages, and structured data against the vocabulary of schema.org."""

import json
import re
from html import unescape
from typing import Any

from tests.factories import ROOT

VOCABULARY = json.loads((ROOT / "tests/data/schema_org.json").read_text(encoding="utf-8"))
# Whatever a plain text, number or truth value may be.
VALUES: dict[type, set[str]] = {
    str: {"Text", "URL", "Date", "DateTime"},
    int: {"Integer"},
    bool: {"Boolean"},
}
ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?)?)?")
# What Google requires (https://developers.google.com/search/docs/appearance/structured-data).
REQUIRED = {
    "Dataset": ("name", "description"),
    "Event": ("name", "startDate"),
    "BreadcrumbList": ("itemListElement",),
    "ListItem": ("position", "name", "item"),
}


def nodes_of(page: str) -> list[dict[str, Any]]:
    """The nodes on a page; its head has one block of them, or none."""
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(blocks) <= 1
    if not blocks:
        return []
    document = json.loads(blocks[0])
    assert document["@context"] == "https://schema.org"
    return document["@graph"]


def node_of(page: str, type: str) -> dict[str, Any]:
    """The only node of a type on a page."""
    (found,) = [one for one in nodes_of(page) if one["@type"] == type]
    return found


def meta_of(page: str) -> dict[str, str | list[str]]:
    """The properties of Open Graph and the names of Twitter, with the list of those that are repeated."""
    found: dict[str, Any] = {}
    for name, value in re.findall(
        r'<meta (?:property|name)="((?:og|article|twitter):[^"]+)" content="([^"]*)">', page
    ):
        found.setdefault(name, []).append(unescape(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def objections(node: dict[str, Any], place: str = "") -> list[str]:
    """What is wrong with a node and those in it: unknown types and properties, properties and values out of place."""
    type = node.get("@type", "")
    place = f"{place}/{type}"
    if type not in VOCABULARY["types"]:
        return [f"{place}: no such type"]
    found = [f"{place}: no {name}" for name in REQUIRED.get(type, ()) if not node.get(name)]
    for name, value in node.items():
        if name.startswith("@"):
            continue
        # An annotation of Google's for an input of an action.
        property = VOCABULARY["properties"].get(name.removesuffix("-input"))
        if property is None:
            found.append(f"{place}: no property {name}")
            continue
        if not set(property["domains"]) & _with_parents(type):
            found.append(f"{place}: {name} is no property of it")
        for one in value if isinstance(value, list) else [value]:
            found += _objections_to_value(one, set(property["ranges"]), f"{place}/{name}")
    return found


def _objections_to_value(value: Any, ranges: set[str], place: str) -> list[str]:
    if isinstance(value, dict):
        wrong = not ranges & _with_parents(value["@type"])
        return [*([f"{place}: {value['@type']}"] if wrong else []), *objections(value, place)]
    if ranges <= {"Date", "DateTime"} and not ISO_DATE.fullmatch(value):
        return [f"{place}: {value} is no date"]
    if ranges == {"URL"} and not re.match(r"https?://", value):
        return [f"{place}: {value} is not absolute"]
    # Members of enumerations and things may be named by their address.
    is_address = isinstance(value, str) and value.startswith("http")
    return [] if VALUES[type(value)] & ranges or is_address else [f"{place}: {value!r}"]


def _with_parents(type: str) -> set[str]:
    found, waiting = set[str](), [type]
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting += VOCABULARY["types"].get(name, [])
    return found
