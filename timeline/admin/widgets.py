"""What the forms' own inputs look like: a partial date that says how it was understood, Markdown with a preview."""

from dataclasses import replace
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from timeline.values.errors import InvalidValueError
from timeline.values.partial_date import HALVES, QUARTERS, PartialDate, Point

MARKS = {"~": _("approximate"), "?": _("uncertain")}


def precision_label(point: Point) -> Promise:
    """How far the point is known."""
    if point.day is not None:
        return _("to the day")
    if point.part in QUARTERS:
        return _("to the quarter")
    if point.part in HALVES:
        return _("to the half-year")
    return _("to the year") if point.part is None else _("to the month")


def describe_date(date: PartialDate) -> str:
    """The date in words, and how far it is known: 2013年1月（精确到月）."""
    start, end = date.start, date.end
    if end is None:
        # The mark is said as a word of its own, so not once more within the date.
        date = PartialDate(replace(start, mark=""))
        notes = [precision_label(start), *([MARKS[start.mark]] if start.mark else [])]
    else:
        notes = [_("an interval")]
        if not isinstance(end, Point) or precision_label(start) == precision_label(end):
            notes.append(precision_label(start))
    return gettext("%(date)s (%(precision)s)") % {
        "date": date.display(get_language() or "zh-hans"),
        "precision": gettext(", ").join(str(note) for note in notes),
    }


def interpret_date(text: str) -> tuple[bool, str]:
    """Whether the text is a date (or empty, which is one not known), and what to say of it."""
    if not text.strip():
        return True, ""
    try:
        return True, describe_date(PartialDate.parse(text))
    except InvalidValueError as refusal:
        return False, gettext(refusal.message) % dict(refusal.params)


def render_with_help(
    rendered: str, template: str, attrs: dict[str, Any] | None, **context: Any
) -> SafeString:
    """The input, with what stands beside it. (Through the site's templates, which the form renderer does not know.)"""
    return render_to_string(
        f"admin/widgets/{template}.html", {"input": rendered, "id": (attrs or {}).get("id", "")} | context
    )


class PartialDateInput(forms.TextInput):
    """A text input for a date as far as it is known, and under it what was understood."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTextField partial-date", "autocomplete": "off"} | (attrs or {}))

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        is_date, words = interpret_date(str(value or ""))
        # What is no date has its error above the field already.
        return render_with_help(
            super().render(name, value, attrs, renderer),
            "partial_date",
            attrs,
            interpretation=words if is_date else "",
        )


class MarkdownTextarea(forms.Textarea):
    """A text area whose Markdown can be looked at as readers will see it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vLargeTextField"} | (attrs or {}))

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return render_with_help(super().render(name, value, attrs, renderer), "markdown", attrs)
