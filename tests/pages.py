"""The content of a page as a visitor reads it: its text, the order of its parts, and their languages."""

import re
from html.parser import HTMLParser

from timeline.values.chinese import to_traditional

HAN = re.compile(r"[\u3007\u3400-\u9fff]")

# Attributes whose text visitors read.
READ = ("alt", "aria-label", "data-label", "title", "placeholder")

# White space around these tags is not displayed.
BLOCKS = re.compile(
    r"\s*(</?(?:article|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|li|main|nav|ol|p|section|table|tbody|td|th|thead|tr|ul)\b[^>]*>)\s*"
)

VOID = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")


class Page(HTMLParser):
    """The pieces of text on a page, each with its language and its element or attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.pieces: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        language = given.get("lang") or self.open[-1][1]
        if tag not in VOID:
            self.open.append((tag, language))
        named = {name: text for name, text in given.items() if name in READ}
        if tag == "meta" and given.get("name") == "description":
            named["content"] = given["content"]
        self.pieces += [(language, f"{tag} {name}", text) for name, text in named.items() if text]

    def handle_endtag(self, tag):
        while self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tag, language = self.open[-1]
        is_address = re.fullmatch(r"\s*(https?://\S+|\S+@\S+)\s*", data)
        if data.strip() and tag not in ("script", "textarea") and not is_address:
            self.pieces.append((language, tag, data))


def page(client, target, status=200):
    """Return the HTML of a page without white space that is not displayed, also by a form of its address that redirects."""
    address = target if isinstance(target, str) else target.get_absolute_url()
    response = client.get(address, follow=True)
    assert response.status_code == status
    return BLOCKS.sub(r"\1", " ".join(response.content.decode().split()))


def order_of(text, *parts):
    """Return whether the parts occur on the page in this order."""
    place = text.index("<main") if "<main" in text else 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def pieces(client, address, status=200):
    response = client.get(address, follow=True)
    assert response.status_code == status, address
    return Page(response.content.decode()).pieces


def simplified(found):
    """Return simplified text that is not marked as simplified on a page in traditional characters."""
    return [
        (tag, text) for language, tag, text in found if language == "zh-Hant" and to_traditional(text) != text
    ]


def unmarked(found):
    """Return Chinese text not marked as Chinese. The title and description of a page cannot contain marks."""
    return [
        (tag, text)
        for language, tag, text in found
        if not language.startswith("zh") and HAN.search(text) and tag not in ("title", "meta content")
    ]
