"""Conversion of Markdown to safe HTML and to plain text for search; its links. This module imports no Django."""

from collections.abc import Callable, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
    # Markdown cannot produce this element; `as_html` uses it to mark text in another language.
    "span",
}  # fmt: skip
# Images are excluded: a page makes no requests to third parties.
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "span": {"lang"}}
_SCHEMES = {"http", "https", "mailto"}

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_with_images = MarkdownIt("commonmark", {"html": False}).enable("table")


def render(
    markdown: str,
    as_html: Callable[[str], str] = escapeHtml,
    address_of: Callable[[str], str | None] | None = None,
) -> str:
    """Convert Markdown to HTML that is safe to insert. Headings start at h3, below those of the page.

    `as_html` converts text to HTML. URLs and code are not passed to it. `address_of` returns the address for the target of
    a link within the site, or None where the text is to stand without a link.
    """
    tokens = _markdown.parse(markdown)
    for token in tokens:
        _convert_text(token.children or [], as_html)
        if address_of and token.children:
            token.children = [*_with_addresses(token.children, address_of)]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None if address_of else "noopener noreferrer nofollow",
    )


def _convert_text(tokens: list[Token], as_html: Callable[[str], str]) -> None:
    is_address = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            is_address = token.type == "link_open" and token.markup == "autolink"
        elif token.type == "text" and not is_address:
            # The renderer outputs only this token type without escaping.
            token.type, token.content = "html_inline", as_html(token.content)


def _with_addresses(tokens: list[Token], address_of: Callable[[str], str | None]) -> Iterator[Token]:
    # Links are not nested.
    is_linked = False
    for token in tokens:
        if token.type == "link_open":
            address = address_of(str(token.attrs["href"]))
            is_linked = address is not None
            token.attrs["href"] = address or ""
        if is_linked or token.type not in ("link_open", "link_close"):
            yield token


def plain_text(markdown: str) -> str:
    """Return the text without markup and link targets, with blocks separated by newlines."""
    if not markdown:
        return ""
    return "\n".join(_words(token) for token in _markdown.parse(markdown) if token.type in _BLOCKS)


_BLOCKS = ("inline", "code_block", "fence")


def links(markdown: str) -> list[str]:
    """Return the address of each link, in the order of the text, percent-encoded."""
    found = (child for token in _markdown.parse(markdown) for child in token.children or ())
    return [str(token.attrs["href"]) for token in found if token.type == "link_open"]


def is_of_paragraphs(markdown: str) -> bool:
    """Whether the text has nothing but paragraphs without images: no lists, headings, tables, quotations or code blocks."""
    tokens = _with_images.parse(markdown)
    inline = (child for token in tokens for child in token.children or ())
    return all(token.type in _PARAGRAPH for token in tokens) and all(
        child.type != "image" for child in inline
    )


_PARAGRAPH = ("paragraph_open", "inline", "paragraph_close")


def _words(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children
    )
