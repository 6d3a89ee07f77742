"""HTML in the texts of other programs, as Markdown or as plain text. Nothing of it is executed or loaded."""

import re
from html.parser import HTMLParser

_MARKUP = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]*(?:[\s/][^<>]*)?>|<!--|&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);"
)
# What Markdown would read as formatting.
_SIGNS = re.compile(r"([\\`*_\[\]<>])")
_BLOCKS = {"p", "div", "section", "article", "blockquote", "ul", "ol", "table", "tr", "figure", "pre", "hr"}
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
# Their content is no text.
_SKIPPED = {"script", "style", "template", "iframe", "object", "title"}


def is_html(text: str) -> bool:
    """Whether the text has tags or character references."""
    return _MARKUP.search(text) is not None


def html_to_markdown(html: str) -> str:
    """Paragraphs, headings, lists, emphasis and links as Markdown; of other elements the text. Pictures are left out."""
    return _converted(html, is_markdown=True)


def html_to_text(html: str) -> str:
    """The text in one line."""
    return " ".join(_converted(html, is_markdown=False).split())


def _converted(html: str, *, is_markdown: bool) -> str:
    parser = _TextParser(is_markdown=is_markdown)
    parser.feed(html)
    parser.close()
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parser.parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class _TextParser(HTMLParser):
    def __init__(self, *, is_markdown: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.is_markdown = is_markdown
        self.parts: list[str] = []
        self.skipped: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipped.append(tag)
        elif tag == "br":
            self._add("\\\n" if self.is_markdown else "\n")
        elif tag in _BLOCKS:
            self._add("\n\n")
        elif tag in _HEADINGS:
            self._add("\n\n" + ("#" * int(tag[1]) + " " if self.is_markdown else ""))
        elif tag == "li":
            self._add("\n- " if self.is_markdown else "\n")
        elif tag == "a":
            address = (dict(attrs).get("href") or "").strip()
            is_safe = re.match(r"(https?://|mailto:)[^\s<>()]+\Z", address) is not None
            self.addresses.append(address if is_safe and self.is_markdown else "")
            self._add("[" if self.addresses[-1] else "")
        elif tag in _EMPHASIS and self.is_markdown:
            self._add(_EMPHASIS[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in self.skipped:
            while self.skipped.pop() != tag:
                pass
        elif tag in _BLOCKS or tag in _HEADINGS:
            self._add("\n\n")
        elif tag == "a" and self.addresses:
            address = self.addresses.pop()
            self._add(f"]({address})" if address else "")
        elif tag in _EMPHASIS and self.is_markdown:
            self._add(_EMPHASIS[tag])

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        self._add(_SIGNS.sub(r"\\\1", text) if self.is_markdown else text)

    def _add(self, text: str) -> None:
        if not self.skipped:
            self.parts.append(text)
