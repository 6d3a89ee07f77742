"""Display of records in the language of the page: Chinese in either script, or an English translation."""

import datetime
import re
from collections.abc import Callable, Sequence

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from timeline.i18n.disambiguation import distinction_of
from timeline.i18n.languages import current_language, language_tag
from timeline.models import Goal
from timeline.search import snippets
from timeline.search.dates import alternatives
from timeline.values import markdown
from timeline.values.chinese import fold, to_traditional
from timeline.values.numerals import chinese_numeral
from timeline.values.quotation_marks import nested_quotes
from timeline.values.text import opening_sentence

# The language of the records, and the scripts in which it can be displayed.
CONTENT_LANGUAGE = "zh-hans"
_SCRIPTS: dict[str, Callable[[str], str]] = {CONTENT_LANGUAGE: str, "zh-hant": to_traditional}
# The most characters of a short title, in Chinese and in translations.
SHORT_TITLE, SHORT_TITLE_TRANSLATED = 12, 25
_HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_han = re.compile(f"[{_HAN}]")
# A run of Chinese within other text, with the punctuation and digits inside it.
_chinese = re.compile(
    rf"[《「『〔（]?[{_HAN}](?:[{_HAN}\u3000-\u303f\uff00-\uffef0-9·—“”‘’]*[{_HAN}》」』〕）])?"
)


def is_in_chinese() -> bool:
    """Whether the page is in Chinese, in either script."""
    return current_language() in _SCRIPTS


def format_datetime(moment: datetime.datetime) -> str:
    """Return a point in time as messages display it."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def due_text(goal: Goal) -> str:
    """Return when a goal is due, as in “2020年到期”, or "" without a due date."""
    if goal.is_open_ended:
        return pgettext("goal", "open-ended")
    if not goal.target:
        return ""
    return pgettext("goal", "due %(date)s") % {"date": goal.target.display(current_language())}


def goal_state_text(goal: Goal, today: datetime.date | None = None) -> str:
    """Return when a goal is due and what is known of it on this day, as in “2020年到期 · 未见评估”."""
    return " · ".join(filter(None, [due_text(goal), goal.state_label(today)]))


def localized_html(record: Model, field: str) -> str:
    """Return the field in the language of the page.

    Untranslated Chinese is marked as such on a page in English.
    """
    # Most of a page's texts come through here, and the active language takes longer to find than a title.
    language = current_language()
    translated = _translation(record, field, language)
    html = (
        with_chinese_marked(translated)
        if translated
        else _in_script_of(language, _original_text(record, field))
    )
    return _with_distinction(html, record, language) if field == "title" else html


def localized_text(record: Model, field: str) -> str:
    """Return the same as plain text, for titles and attributes."""
    text = _text_of_page(record, field)
    return text + _distinction_text(record, current_language()) if field == "title" else text


def untranslated_title(record: Model) -> str:
    """Return the title in its own characters on a page in any language, told apart from others."""
    with override(CONTENT_LANGUAGE):
        return _original_text(record, "title") + _distinction_text(record, CONTENT_LANGUAGE)


def translated_title(record: Model) -> str:
    """Return the English title on a page in any language, told apart from others, or "" without one."""
    with override("en"):
        title = _translation(record, "title", "en")
        return title and title + _distinction_text(record, "en")


def first_sentence(record: Model, field: str) -> str:
    """Return the first sentence of a Markdown field as plain text, for the description of a page."""
    return opening_sentence(markdown_text(record, field))


def markdown_text(record: Model, field: str) -> str:
    """Return a Markdown field as plain text."""
    return markdown.plain_text(_text_of_page(record, field))


def translated_text(record: Model, field: str) -> str:
    """Return the same, or "" where the field is not translated, for texts that cannot be marked as Chinese."""
    language = current_language()
    if language in _SCRIPTS:
        return page_script_text(_original_text(record, field))
    return _translation(record, field, language)


def translation_of(record: Model, field: str) -> str:
    """Return the translation in the language of the page, "" on pages in Chinese, for what stands beside the original."""
    return _translation(record, field, current_language())


def _text_of_page(record: Model, field: str) -> str:
    translated = _translation(record, field, current_language())
    return translated or page_script_text(_original_text(record, field))


def _with_distinction(html: str, record: Model, language: str) -> str:
    """The title, followed by what tells the entry from others of this title."""
    if not (text := _distinction_text(record, language)):
        return html
    return conditional_escape(html) + (escape(text) if language in _SCRIPTS else with_chinese_marked(text))


def _distinction_text(record: Model, language: str) -> str:
    """What follows the title of an entry that another has too: （2014年）, in English  (2014); else ""."""
    is_chinese = language in _SCRIPTS
    distinction = distinction_of(record, is_translated=not is_chinese)
    if distinction is None:
        return ""
    text = distinction.display(language)
    return f"（{page_script_text(text)}）" if is_chinese else f" ({text})"


def name_html(record: Model) -> str:
    """Return the short title in the language of the page, or the title where it has none."""
    language = current_language()
    has_short = _translation(record, "short_title", language) or (
        language in _SCRIPTS and _original_text(record, "short_title")
    )
    if has_short:
        return _with_distinction(localized_html(record, "short_title"), record, language)
    return localized_html(record, "title")


def short_title(record: Model) -> str:
    """Return the short title in the language of the page as plain text; without one, the title or its beginning."""
    language = current_language()
    title = _translation(record, "title", language)
    if title and not _translation(record, "short_title", language):
        return _beginning(title, SHORT_TITLE_TRANSLATED)
    return localized_text(record, "short_title") or _beginning(_text_of_page(record, "title"), SHORT_TITLE)


def _beginning(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def language_within(text: str) -> str:
    """Return the language tag of a text that is Chinese on a page in another language, "" if it is that of the page."""
    return "" if current_language() in _SCRIPTS else language_of(text)


def language_of(text: str) -> str:
    """Return the language tag of a text that is Chinese as it was written, "" for any other."""
    return language_tag(CONTENT_LANGUAGE) if _han.search(text) else ""


def quotation_html(words: str) -> SafeString:
    """Return the words of a source in a `<q>`: as they were written on every page, marked as Chinese where they are."""
    language = language_of(words)
    attribute = format_html(' lang="{}"', language) if language else ""
    # The stylesheet adds the outer marks.
    return format_html("<q{}>{}</q>", attribute, nested_quotes(words))


def quotation_translation_html(citation: Model) -> str:
    """Return our translation of a quotation in a `<q>`, "" on pages in Chinese or without one."""
    if not (translation := translation_of(citation, "quotation")):
        return ""
    words = with_chinese_marked(nested_quotes(translation))
    return format_html('<q lang="{}">{}</q>', language_tag(current_language()), words)


def highlighted_html(record: Model, field: str, query: str) -> str:
    """Return the same as `localized_html`, with the words of a query marked."""
    text = _translation(record, field, current_language()) or _original_text(record, field)
    html = _in_its_language(record, field, _as_html(snippets.highlight(text, query, page_script_text)))
    return _with_distinction(html, record, current_language()) if field == "title" else html


def excerpt(record: Model, field: str, query: str, displayed: Sequence[str] = ()) -> str:
    """Return a snippet of a Markdown field around the words of a query, or "" if it does not contain them.

    Also "" where one or another of the fields that are displayed as a whole contains each word.
    """
    language = current_language()
    whole = [fold(_text_of_page(record, name)) for name in displayed]
    if whole and any(
        all(any(word in text for text in whole) for word in words) for words in alternatives(query)
    ):
        return ""
    written = markdown.plain_text(_translation(record, field, language) or _original_text(record, field))
    pieces = snippets.snippet(
        written, query, convert=page_script_text, ellipsis="……" if language in _SCRIPTS else "…"
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


def batch_text(batch: int) -> str:
    """Format the number of a batch: Batch 2, in Chinese 第二批."""
    number = chinese_numeral(batch) if current_language() in _SCRIPTS else batch
    return _("Batch %(batch)s") % {"batch": number}


def markdown_html(
    record: Model, field: str, classes: str = "", address_of: Callable[[str], str | None] | None = None
) -> SafeString:
    """Render the Markdown of the field in a `<div>`, or return "" if it is empty.

    `address_of` returns the address for the target of a link, None to leave the link out.
    """
    language = current_language()
    translated = _translation(record, field, language)
    written = translated or _original_text(record, field)
    if not written:
        return SafeString("")
    is_foreign = not translated and language not in _SCRIPTS
    as_html = with_chinese_marked if translated else lambda text: escape(page_script_text(text))
    return format_html(
        '<div class="{}"{}>{}</div>',
        f"prose {classes}".strip(),
        format_html(' lang="{}"', language_tag(CONTENT_LANGUAGE)) if is_foreign else "",
        mark_safe(markdown.render(written, as_html, address_of).strip()),
    )


def alternative_titles(record: Model) -> list[tuple[str, str]]:
    """Return the original and English titles, with their language tags, except the one that the page shows."""
    here = _text_of_page(record, "title")
    titles = [
        (language_tag(CONTENT_LANGUAGE), _original_text(record, "title")),
        ("en", str(getattr(record, "title_en", ""))),
    ]
    return [(tag, title) for tag, title in titles if title and title != here]


def page_script_text(text: str) -> str:
    """Convert Chinese to the script of the page; in another language it stays as it is."""
    convert = _SCRIPTS.get(current_language())
    return convert(text) if convert else text


def _original_text(record: Model, field: str) -> str:
    value = getattr(record, field)
    return "" if value is None else str(value)


def _translation(record: Model, field: str, language: str) -> str:
    """Return the translation for a language, or "" if there is none."""
    return "" if language in _SCRIPTS else str(getattr(record, f"{field}_{language}", "") or "")


def with_chinese_marked(text: str) -> SafeString:
    """Return the text as HTML: escape text in another language and mark the Chinese in it."""
    html = _chinese.sub(
        lambda found: f'<span lang="{language_tag(CONTENT_LANGUAGE)}">{found[0]}</span>',
        conditional_escape(text),
    )
    return mark_safe(html)
