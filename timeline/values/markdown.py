"""Markdown: to HTML that may be shown, and to the plain text that search reads. This module imports no Django."""

from collections.abc import Callable

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
    # No author's: Markdown has none. `as_html` marks with it what is in another language.
    "span",
}  # fmt: skip
# Images are left out: a page asks no third party for anything.
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "span": {"lang"}}
_SCHEMES = {"http", "https", "mailto"}

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(markdown: str, as_html: Callable[[str], str] = escapeHtml) -> str:
    """The text as HTML: safe to insert, its headings below the page's own h1 and h2.

    `as_html` says what becomes of the words; addresses and code stay as they are.
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
            # The one token that the renderer puts out as it is.
            token.type, token.content = "html_inline", as_html(token.content)


def plain_text(markdown: str) -> str:
    """The words alone: no marks, no addresses of links, blocks apart by a newline."""
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
