"""Display of records in the language of the page: Chinese in either script, or an English translation."""

import datetime
import re
from collections.abc import Callable

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from timeline.i18n.languages import current_language, language_tag
from timeline.search import snippets
from timeline.values import markdown
from timeline.values.chinese import to_traditional

# The language of the records, and the scripts in which it can be displayed.
CONTENT_LANGUAGE = "zh-hans"
_SCRIPTS: dict[str, Callable[[str], str]] = {CONTENT_LANGUAGE: str, "zh-hant": to_traditional}
_HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_paragraph = re.compile(r"¶([0-9]+(?:[-–][0-9]+)?)")
_han = re.compile(f"[{_HAN}]")
# A run of Chinese within other text, with the punctuation and digits inside it.
_chinese = re.compile(
    rf"[《「『〔（]?[{_HAN}](?:[{_HAN}\u3000-\u303f\uff00-\uffef0-9·—“”‘’]*[{_HAN}》」』〕）])?"
)


def format_datetime(moment: datetime.datetime) -> str:
    """Return a point in time as messages display it."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def localized_html(record: Model, field: str) -> str:
    """Return the field in the language of the page.

    Untranslated Chinese is marked as such on a page in English.
    """
    # Most of a page's texts come through here, and the active language takes longer to find than a title.
    language = current_language()
    if translated := _translation(record, field, language):
        return _with_chinese_marked(translated)
    return _in_script_of(language, _original_text(record, field))


def localized_text(record: Model, field: str) -> str:
    """Return the same as plain text, for titles and attributes."""
    translated = _translation(record, field, current_language())
    return translated or _in_page_script_text(_original_text(record, field))


def highlighted_html(record: Model, field: str, query: str) -> str:
    """Return the same as `localized_html`, with the words of a query marked."""
    text = _translation(record, field, current_language()) or _original_text(record, field)
    return _in_its_language(record, field, _as_html(snippets.highlight(text, query, _in_page_script_text)))


def excerpt(record: Model, field: str, query: str) -> str:
    """Return a snippet of a Markdown field around the words of a query, or "" if it does not contain them."""
    language = current_language()
    written = markdown.plain_text(_translation(record, field, language) or _original_text(record, field))
    pieces = snippets.snippet(
        written, query, convert=_in_page_script_text, ellipsis="……" if language in _SCRIPTS else "…"
    )
    if not any(piece.is_hit for piece in pieces):
        return ""
    return _in_its_language(record, field, _as_html(pieces))


def _as_html(pieces: list[snippets.Fragment]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece.text) if piece.is_hit else piece.text,) for piece in pieces),
    )


def _in_its_language(record: Model, field: str, html: SafeString) -> SafeString:
    """Mark the text as Chinese if the page is in another language and the field has no translation."""
    language = current_language()
    if language in _SCRIPTS or _translation(record, field, language):
        return html
    return format_html('<span lang="{}">{}</span>', language_tag(CONTENT_LANGUAGE), html)


def in_page_script(text: object) -> str:
    """Convert Chinese without a translation to the script of the page, or mark it as Chinese."""
    return _in_script_of(current_language(), "" if text is None else str(text))


def _in_script_of(language: str, written: str) -> str:
    if convert := _SCRIPTS.get(language):
        return convert(written)
    if not _han.search(written):
        return written
    return format_html('<span lang="{}">{}</span>', language_tag(CONTENT_LANGUAGE), written)


def locator_html(locator: str) -> str:
    """Format a position in a source for the language of the page: ¶2 becomes 第2段 in Chinese."""
    text = locator if current_language() not in _SCRIPTS else _paragraph.sub(r"第\1段", locator)
    return in_page_script(text)


def markdown_html(record: Model, field: str, classes: str = "") -> SafeString:
    """Render the Markdown of the field in a `<div>`, or return "" if it is empty."""
    language = current_language()
    translated = _translation(record, field, language)
    written = translated or _original_text(record, field)
    if not written:
        return SafeString("")
    is_foreign = not translated and language not in _SCRIPTS
    as_html = _with_chinese_marked if translated else lambda text: escape(_in_page_script_text(text))
    return format_html(
        '<div class="{}"{}>{}</div>',
        f"prose {classes}".strip(),
        format_html(' lang="{}"', language_tag(CONTENT_LANGUAGE)) if is_foreign else "",
        mark_safe(markdown.render(written, as_html)),
    )


def alternative_titles(record: Model) -> list[tuple[str, str]]:
    """Return the original and English titles, with their language tags, except the one that the page shows."""
    here = localized_text(record, "title")
    titles = [
        (language_tag(CONTENT_LANGUAGE), _original_text(record, "title")),
        ("en", str(getattr(record, "title_en", ""))),
    ]
    return [(tag, title) for tag, title in titles if title and title != here]


def _in_page_script_text(text: str) -> str:
    convert = _SCRIPTS.get(current_language())
    return convert(text) if convert else text


def _original_text(record: Model, field: str) -> str:
    value = getattr(record, field)
    return "" if value is None else str(value)


def _translation(record: Model, field: str, language: str) -> str:
    """Return the translation for a language, or "" if there is none."""
    return "" if language in _SCRIPTS else str(getattr(record, f"{field}_{language}", "") or "")


def _with_chinese_marked(text: str) -> SafeString:
    """Escape text in another language and mark the Chinese in it."""
    html = _chinese.sub(
        lambda found: f'<span lang="{language_tag(CONTENT_LANGUAGE)}">{found[0]}</span>',
        conditional_escape(text),
    )
    return mark_safe(html)
