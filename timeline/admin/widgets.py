"""Form widgets: a partial date with its interpretation, and Markdown with a preview."""

import contextlib
from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import BaseRenderer
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from timeline.values.date_points import HALVES, QUARTERS, Point
from timeline.values.errors import InvalidValueError
from timeline.values.logo import MAX_BYTES, Logo
from timeline.values.partial_date import PartialDate

MARKS = {"~": _("approximate"), "?": _("uncertain")}


def precision_label(point: Point) -> Promise:
    """The precision of the point in time."""
    if point.day is not None:
        return _("to the day")
    if point.part in QUARTERS:
        return _("to the quarter")
    if point.part in HALVES:
        return _("to the half-year")
    return _("to the year") if point.part is None else _("to the month")


def describe_date(date: PartialDate) -> str:
    """The date with its precision, for people: 2013年1月（精确到月）; with words, also these: 2015年（精确到年），来源原文：2015年底."""
    if date.words:
        return gettext("%(date)s; in the words of the source: %(words)s") % {
            "date": describe_date(date.without_words),
            "words": date.words,
        }
    start, end = date.start, date.end
    if end is None:
        # The mark is described in a note, so the date is displayed without it.
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
    """Whether the text is a date (or empty, for an unknown date), and its interpretation or error."""
    if not text.strip():
        return True, ""
    try:
        return True, describe_date(PartialDate.parse(text))
    except InvalidValueError as refusal:
        return False, gettext(refusal.message) % dict(refusal.params)


def render_with_help(
    rendered: str, template: str, attrs: dict[str, object] | None, **context: object
) -> SafeString:
    """The input with its help. Uses the site's templates, which the form renderer does not load."""
    return render_to_string(
        f"admin/widgets/{template}.html", {"input": rendered, "id": (attrs or {}).get("id", "")} | context
    )


class PartialDateInput(forms.TextInput):
    """A text input for a partial date, with its interpretation below."""

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__({"class": "vTextField partial-date", "autocomplete": "off"} | (attrs or {}))

    def render(
        self,
        name: str,
        value: object,
        attrs: dict[str, object] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        is_date, interpretation = interpret_date(str(value or ""))
        # An invalid date already has its error above the field.
        return render_with_help(
            super().render(name, value, attrs, renderer),
            "partial_date",
            attrs,
            interpretation=interpretation if is_date else "",
        )


class LogoInput(forms.FileInput):
    """A file input for a logo. The picture is sent back with the form, so that no other error loses it."""

    def render(
        self,
        name: str,
        value: object,
        attrs: dict[str, object] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        text, label = str(value or ""), ""
        with contextlib.suppress(InvalidValueError):
            label = Logo.parse(text).label if text else ""
        chosen = super().render(_file_of(name), None, attrs, renderer)
        return render_with_help(chosen, "logo", attrs, name=name, value=text, label=label)

    def value_from_datadict(
        self, data: Mapping[str, object], files: MultiValueDict[str, UploadedFile], name: str
    ) -> object:
        if upload := files.get(_file_of(name)):
            # The form asks twice: to clean the value, and to show it again. One byte more than there may be is read, so that
            # the error is that of its size.
            upload.seek(0)
            return Logo.text_of(upload.read(MAX_BYTES + 1))
        return "" if data.get(_removal_of(name)) else data.get(name, "")

    def value_omitted_from_data(
        self, data: Mapping[str, object], files: MultiValueDict[str, UploadedFile], name: str
    ) -> bool:
        return name not in data and _file_of(name) not in files


def _file_of(name: str) -> str:
    return f"{name}-file"


def _removal_of(name: str) -> str:
    return f"{name}-remove"


class MarkdownTextarea(forms.Textarea):
    """A text area with a Markdown preview."""

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__({"class": "vLargeTextField"} | (attrs or {}))

    def render(
        self,
        name: str,
        value: object,
        attrs: dict[str, object] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        return render_with_help(super().render(name, value, attrs, renderer), "markdown", attrs)
