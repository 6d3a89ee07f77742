"""Partial dates and Markdown in templates."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from timeline import prose
from timeline.dates import PartialDate

register = template.Library()


@register.filter
def in_words(date: PartialDate | None) -> str:
    """The date in words of the active language; nothing where there is none."""
    return date.display(get_language() or "zh-hans") if date else ""


@register.filter
def as_time(date: PartialDate | None) -> str:
    """The same as a `<time>`, machine-readable where HTML has a form for it."""
    if not date:
        return ""
    if machine := date.machine_text:
        return format_html('<time datetime="{}">{}</time>', machine, in_words(date))
    return in_words(date)


@register.filter
def within_quotes(title: str) -> str:
    """The title as it stands within double quotes: its own become single (GB/T 15834)."""
    return title.translate({ord("“"): "‘", ord("”"): "’", ord("‘"): "“", ord("’"): "”"})


@register.inclusion_tag("timeline/_nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str) -> dict[str, object]:
    """A link of the main navigation; on its own page it says so."""
    address = reverse(name)
    return {"address": address, "label": label, "current": context["request"].path == address}


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML; `prose.render` lets nothing through that is not on its list."""
    return mark_safe(prose.render(text))
