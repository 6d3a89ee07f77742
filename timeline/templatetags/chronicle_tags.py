"""Template tags and filters for texts of records, dates, links and languages."""

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse
from django.utils.encoding import uri_to_iri
from django.utils.html import escape, format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.i18n import display, languages
from timeline.i18n.locators import locator_html
from timeline.i18n.quotation_marks import quoted_title
from timeline.models import REFERENCES, Goal
from timeline.models.shortlists import left_out
from timeline.models.source_references import by_source, distinct_locators
from timeline.values.bibliography.styled_text import StyledText
from timeline.values.partial_date import PartialDate
from timeline.values.quotation_marks import nested_quotes

register = template.Library()

register.simple_tag(display.localized_html)
register.simple_tag(display.localized_text)
register.simple_tag(display.first_sentence)
register.simple_tag(display.name_html)
register.simple_tag(display.markdown_html, name="markdown_html")
register.filter(display.in_page_script)
register.filter(locator_html)
register.filter(display.due_text)
register.filter(display.batch_text)
register.filter(display.goal_state_text)
register.filter(nested_quotes, is_safe=True)
register.filter(quoted_title, is_safe=True)
register.filter(display.language_within)
register.filter(display.quotation_html)
register.filter(display.quotation_translation_html)
register.filter(by_source)
register.filter(distinct_locators)
register.filter(left_out)


@register.simple_tag(takes_context=True)
def highlighted_html(context: Context, record: Model, field: str) -> str:
    """Return the field with the words of the page's search marked."""
    words = context.get("search_query")
    return display.highlighted_html(record, field, words) if words else display.localized_html(record, field)


@register.simple_tag(takes_context=True)
def excerpt(context: Context, record: Model, field: str, *displayed: str) -> str:
    """Return a snippet of the field around the words of the page's search, or "" without a hit.

    Also "" where the fields that are displayed as a whole contain all words.
    """
    words = context.get("search_query")
    return display.excerpt(record, field, words, displayed) if words else ""


@register.filter
def styled_html(text: StyledText, language: str) -> str:
    """Return a reference as HTML. The Chinese in a reference in another language is marked as such."""
    mark = display.with_chinese_marked if language == "en" else escape
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<i>{}</i>", mark(run.text)) if run.is_italic else mark(run.text),)
            for run in text.runs
        ),
    )


@register.filter
def date_text(date: PartialDate | None) -> str:
    """Format the date in the active language, or return "" for None."""
    return date.display(languages.current_language()) if date else ""


@register.filter
def due_in_brackets(target: PartialDate | None) -> str:
    """Return the due date of a goal for after its name, or "" without one."""
    return pgettext("after a name", " (due %(date)s)") % {"date": date_text(target)} if target else ""


@register.filter
def due_state_in_brackets(record: object) -> str:
    """Return the due date of a goal and what is known of it for after its name; "" of what has no due date."""
    if not isinstance(record, Goal) or not record.target:
        return ""
    return _(" (%(term)s)") % {"term": display.goal_state_text(record)}


@register.filter
def date_html(date: PartialDate | None) -> str:
    """Return the same in a `<time>` element if HTML can express the date.

    In Chinese, the words of its source with the date as a tooltip; in English, the date followed by these words.
    """
    if not date:
        return ""
    language = languages.current_language()
    is_english = language == "en"
    meaning = date.without_words.display(language) if date.words and not is_english else ""
    html = _time_html(date.html_datetime, date_text(date), meaning)
    if date.words and is_english:
        return format_html('{} (<span lang="zh-Hans">{}</span>)', html, date.words)
    return html


def _time_html(machine: str, text: str, meaning: str) -> str:
    title = format_html(' title="{}"', meaning) if meaning else ""
    if machine:
        return format_html('<time datetime="{}"{}>{}</time>', machine, title, text)
    return format_html("<span{}>{}</span>", title, text) if title else text


@register.filter
def ems(pixels: float) -> str:
    """Convert CSS pixels to em, so that a picture scales with its text, which is designed for 12 pixels."""
    return f"{pixels / 12:.2f}".rstrip("0").rstrip(".") + "em"


@register.inclusion_tag("timeline/_nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str) -> dict[str, object]:
    """Render a link of the main navigation, marked on its own page."""
    address = reverse(name)
    return {"address": address, "label": label, "current": context["request"].path == address}


@register.simple_tag
def reference_lists() -> list[tuple[str, str]]:
    """For the main navigation: the URL name and the label of each page that lists reference records."""
    return [
        (f"timeline:{model._meta.model_name}-list", capfirst(str(model._meta.verbose_name_plural)))
        for model in REFERENCES
        if model.INTRODUCTION
    ]


@register.inclusion_tag("timeline/_alternative_titles.html")
def alternative_titles(record: Model) -> dict[str, object]:
    """Render the original and English titles below the heading, except the one in the heading."""
    return {"titles": display.alternative_titles(record)}


@register.inclusion_tag("timeline/_alternates.html", takes_context=True)
def alternates(context: Context, query: str = "") -> dict[str, object]:
    """Render the canonical address and the alternates in other languages, for search engines.

    `query` is the part of the query string that the content depends on; the rest is left out.
    """
    return {"editions": languages.language_versions(context["request"], context["chronicle"], query)}


@register.inclusion_tag("timeline/_language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, object]:
    """Render links to this page in every language."""
    return {"editions": languages.language_versions(context["request"], context["chronicle"])}


@register.simple_tag(takes_context=True)
def page_address(context: Context) -> str:
    """Return the absolute address of this page, as people read it: its path and query in their characters."""
    return uri_to_iri(str(context["request"].build_absolute_uri()))


@register.simple_tag
def language_tag() -> str:
    """Return the language of the page for `<html lang>`."""
    return languages.language_tag(languages.current_language())
