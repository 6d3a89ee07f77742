"""Conversion of Markdown to safe HTML and to plain text for search. This module imports no Django."""

from collections.abc import Callable

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


def render(markdown: str, as_html: Callable[[str], str] = escapeHtml) -> str:
    """Convert Markdown to HTML that is safe to insert. Headings start at h3, below those of the page.

    `as_html` converts text to HTML. URLs and code are not passed to it.
    """
    tokens = _markdown.parse(markdown)
    for token in tokens:
        _convert_text(token.children or [], as_html)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _convert_text(tokens: list[Token], as_html: Callable[[str], str]) -> None:
    is_address = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            is_address = token.type == "link_open" and token.markup == "autolink"
        elif token.type == "text" and not is_address:
            # The renderer outputs only this token type without escaping.
            token.type, token.content = "html_inline", as_html(token.content)


def plain_text(markdown: str) -> str:
    """Return the text without markup and link targets, with blocks separated by newlines."""
    if not markdown:
        return ""
    return "\n".join(_words(token) for token in _markdown.parse(markdown) if token.type in _BLOCKS)


_BLOCKS = ("inline", "code_block", "fence")


def _words(token: Token) -> str:
    if not token.children:
        return token.content
    return "".join(
        "\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children
    )
