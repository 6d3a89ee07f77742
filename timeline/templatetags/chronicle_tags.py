"""What records say in the language of the page; dates, links and languages in templates."""

import re

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from timeline.i18n import display, languages
from timeline.models import REFERENCES
from timeline.values.partial_date import PartialDate

register = template.Library()

register.simple_tag(display.localized_html)
register.simple_tag(display.localized_text)
register.simple_tag(display.markdown_html, name="markdown_html")
register.filter(display.in_page_script)
register.filter(display.locator_html)


@register.simple_tag(takes_context=True)
def highlighted_html(context: Context, record: Model, field: str) -> str:
    """The field, with the words marked that the page was searched for."""
    words = context.get("search_query")
    return display.highlighted_html(record, field, words) if words else display.localized_html(record, field)


@register.simple_tag(takes_context=True)
def excerpt(context: Context, record: Model, field: str) -> str:
    """What stands around the words that the page was searched for, where they stand in this field."""
    words = context.get("search_query")
    return display.excerpt(record, field, words) if words else ""


@register.filter
def date_text(date: PartialDate | None) -> str:
    """The date in words of the active language; nothing where there is none."""
    return date.display(languages.current_language()) if date else ""


@register.filter
def date_html(date: PartialDate | None) -> str:
    """The same as a `<time>`, machine-readable where HTML has a form for it."""
    if not date:
        return ""
    if machine := date.html_datetime:
        return format_html('<time datetime="{}">{}</time>', machine, date_text(date))
    return date_text(date)


@register.filter
def ems(pixels: float) -> str:
    """A length of a picture, which is laid out for a text of 12 CSS pixels, as a multiple of its text: both grow alike."""
    return f"{pixels / 12:.2f}".rstrip("0").rstrip(".") + "em"


@register.filter(is_safe=True)
def nested_quotes(title: str) -> str:
    """The title as it stands within double quotes: its own become single (GB/T 15834)."""
    # A ’ that closes nothing is an apostrophe.
    pairs = {"“": "‘", "”": "’", "「": "『", "」": "』", "『": "「", "』": "」"}
    return re.sub(
        "‘([^‘’]*)’|[“”「」『』]",
        lambda found: pairs.get(found[0]) or f"“{nested_quotes(found[1])}”",
        title,
    )


@register.filter(is_safe=True)
def quoted_title(title: str) -> str:
    """The title of a document as a sentence names it: in 《》, what stands in such within it in 〈〉 (GB/T 15834)."""
    # One that somebody gave to what has none stands in brackets already.
    if title.startswith(("〔", "[")):
        return title
    if languages.current_language() == "en":
        return f"“{nested_quotes(title)}”"
    return f"《{title.translate({ord('《'): '〈', ord('》'): '〉'})}》"


@register.inclusion_tag("timeline/_nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str) -> dict[str, object]:
    """A link of the main navigation; on its own page it says so."""
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
    """Below the heading: the title as it was written, and in English, where the heading is neither."""
    return {"titles": display.alternative_titles(record)}


@register.inclusion_tag("timeline/_alternates.html", takes_context=True)
def alternates(context: Context, query: str = "") -> dict[str, object]:
    """For search engines: the page by the one address it is to be known by, and in every language.

    What an address has after its question mark and the page does not depend on is left out; `query` is what it does.
    """
    return {"editions": languages.language_versions(context["request"], query)}


@register.inclusion_tag("timeline/_language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, object]:
    """For visitors: this page in every language."""
    return {"editions": languages.language_versions(context["request"])}


@register.simple_tag
def language_tag() -> str:
    """The language of the page, for `<html lang>`."""
    return languages.language_tag(languages.current_language())
