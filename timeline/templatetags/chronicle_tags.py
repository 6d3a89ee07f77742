"""Template tags and filters for texts of records, dates, links and languages."""

import re

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from timeline.i18n import display, languages
from timeline.models import REFERENCES
from timeline.models.shortlists import left_out
from timeline.values.partial_date import PartialDate

register = template.Library()

register.simple_tag(display.localized_html)
register.simple_tag(display.localized_text)
register.simple_tag(display.markdown_html, name="markdown_html")
register.filter(display.in_page_script)
register.filter(display.locator_html)
register.filter(left_out)


@register.simple_tag(takes_context=True)
def highlighted_html(context: Context, record: Model, field: str) -> str:
    """Return the field with the words of the page's search marked."""
    words = context.get("search_query")
    return display.highlighted_html(record, field, words) if words else display.localized_html(record, field)


@register.simple_tag(takes_context=True)
def excerpt(context: Context, record: Model, field: str) -> str:
    """Return a snippet of the field around the words of the page's search, or "" without a hit."""
    words = context.get("search_query")
    return display.excerpt(record, field, words) if words else ""


@register.filter
def date_text(date: PartialDate | None) -> str:
    """Format the date in the active language, or return "" for None."""
    return date.display(languages.current_language()) if date else ""


@register.filter
def date_html(date: PartialDate | None) -> str:
    """Return the same in a `<time>` element if HTML can express the date."""
    if not date:
        return ""
    if machine := date.html_datetime:
        return format_html('<time datetime="{}">{}</time>', machine, date_text(date))
    return date_text(date)


@register.filter
def ems(pixels: float) -> str:
    """Convert CSS pixels to em, so that a picture scales with its text, which is designed for 12 pixels."""
    return f"{pixels / 12:.2f}".rstrip("0").rstrip(".") + "em"


@register.filter(is_safe=True)
def nested_quotes(title: str) -> str:
    """Convert double quotation marks in a title to single ones, for use within double ones (GB/T 15834)."""
    # A ’ without an opening mark is an apostrophe.
    pairs = {"“": "‘", "”": "’", "「": "『", "」": "』", "『": "「", "』": "」"}
    return re.sub(
        "‘([^‘’]*)’|[“”「」『』]",
        lambda found: pairs.get(found[0]) or f"“{nested_quotes(found[1])}”",
        title,
    )


@register.filter(is_safe=True)
def quoted_title(title: str) -> str:
    """Put a title in 《》, with inner 《》 as 〈〉 (GB/T 15834), or in quotation marks in English."""
    # A title supplied by an editor is in brackets already.
    if title.startswith(("〔", "[")):
        return title
    if languages.current_language() == "en":
        return f"“{nested_quotes(title)}”"
    return f"《{title.translate({ord('《'): '〈', ord('》'): '〉'})}》"


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
    return {"editions": languages.language_versions(context["request"], query)}


@register.inclusion_tag("timeline/_language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, object]:
    """Render links to this page in every language."""
    return {"editions": languages.language_versions(context["request"])}


@register.simple_tag
def language_tag() -> str:
    """Return the language of the page for `<html lang>`."""
    return languages.language_tag(languages.current_language())
