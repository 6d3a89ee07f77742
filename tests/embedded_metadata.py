"""What Zotero's translator “Embedded Metadata” reads of the `<meta>` elements of a page.

After “Embedded Metadata.js” and “RDF.js” of https://github.com/zotero/translators.
"""

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

# What it reads by the names of Highwire Press, which win over those of Dublin Core.
_HIGHWIRE = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_publisher": "publisher",
    "citation_public_url": "url",
    "citation_language": "language",
}
_OTHERS = {
    "prism.publicationName": "publicationTitle",
    "DC.title": "title",
    "DC.date": "date",
    "DC.publisher": "publisher",
    "DC.language": "language",
    "DC.type": "itemType",
}


def read_page(page: str) -> dict[str, Any]:
    """Return the item that is read of a page: what is not in its head is looked for in its text."""
    item = read_item(meta_elements(page))
    # As `addLowQualityMetadata` does; what stands at the beginning of a time is its day.
    if "date" not in item and (found := re.search(r'<time[^>]* datetime="([^"T]+)', page)):
        item["date"] = found[1]
    return item


def meta_elements(page: str) -> list[tuple[str, str]]:
    """Return the names, or properties, and contents of the `<meta>` elements in the head of a page."""
    head = page.partition("</head>")[0]
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', head)
    return [(name, unescape(content)) for name, content in found]


def read_item(elements: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the item that is read of these elements. Without a type of its own, `citation_title` makes it an article of a
    journal; the type “website” of Open Graph wins over that of Dublin Core."""
    first = dict(reversed(elements))
    item: dict[str, Any] = {"itemType": "journalArticle" if "citation_title" in first else "webpage"}
    item |= {key: first[name] for name, key in (_OTHERS | _HIGHWIRE).items() if name in first}
    if first.get("og:type") == "website":
        item["itemType"] = "webpage"
    for name in ("DC.creator", "citation_author"):
        if authors := [content for given, content in elements if given == name]:
            item["creators"] = authors
    return item
