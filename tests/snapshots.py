"""Exports of the public site in tests, and what their files link to."""

import re
from html.parser import HTMLParser
from pathlib import Path

from tests.connections import kept_connection
from timeline.delivery.snapshot.export import export

SITE = "http://testserver"
PREFIXES = ("", "/zh-hant", "/en")


def export_site(folder, **options):
    with kept_connection():
        return export(folder, SITE, **options)


def public(folder):
    """Return the root of the files for visitors."""
    return folder / "current" / "public"


def page_file(folder, address):
    """Return the file of an address that ends in a slash."""
    return public(folder) / address.lstrip("/") / "index.html"


def files_below(root):
    """Return the relative paths of all files but compressed copies, with their content."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix not in (".gz", ".br")
    }


class Links(HTMLParser):
    """What a page links to and loads."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src", "action")]


def links_of(path):
    """Return the links of a file to its own site, without fragments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        found = Links(text).found
    elif path.suffix == ".css":
        found = re.findall(r"url\(\"?([^)\"]+)", text)
    else:
        return set()
    return {link.partition("#")[0] for link in found if not re.match(r"#|[a-z]+:", link)} - {""}


def broken_links(root):
    """Return the links between files that lead to no file, as any web server would look for it."""
    broken = set()
    for path in Path(root).rglob("*"):
        if path.suffix not in (".html", ".css"):
            continue
        for link in links_of(path):
            file = root / link.lstrip("/") if link.startswith("/") else path.parent / link
            if link.endswith("/"):
                file /= "index.html"
            if not file.is_file():
                broken.add((str(path.relative_to(root)), link))
    return broken
