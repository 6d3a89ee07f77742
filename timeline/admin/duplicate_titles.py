"""Duplicate titles: the form of a new record is redisplayed once, with links to the existing records."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from timeline.admin.base import admin_url
from timeline.models.named import TitleSlugModel
from timeline.values.chinese import fold

# The hidden field with the title that the form has warned of.
WARNED_FIELD = "_same_title"
MAX_LISTED = 3


def normalize_title(title: str) -> str:
    """The title without differences of spelling: case, width, script, spaces, punctuation."""
    return "".join(filter(str.isalnum, fold(title)))


def find_duplicates(record: Any) -> list[TitleSlugModel]:
    """Other records of this title; of policies, those of the same year or without one."""
    others = type(record)._default_manager.exclude(pk=record.pk)
    if record.COMPARES_YEARS:
        date, _source = record.compute_timeline_date()
        if date:
            others = others.filter(Q(sort_earliest__year=date.earliest.year) | Q(timeline_date=None))
    normalized = normalize_title(record.title)
    keys = [
        key
        for key, title in others.order_by("pk").values_list("pk", "title")
        if normalize_title(title) == normalized
    ]
    return list(others.filter(pk__in=keys[:MAX_LISTED]).order_by("pk"))


class DuplicateTitleForm(forms.ModelForm):
    """The form of a new record, refused once if others have its title."""

    # The title that the form has warned of.
    warned_title = ""

    def _post_clean(self) -> None:
        super()._post_clean()
        self.warned_title = self.data.get(WARNED_FIELD, "")
        title = normalize_title(self.cleaned_data.get("title") or "")
        if title in ("", self.warned_title):
            return
        if others := find_duplicates(self.instance):
            self.warned_title = title
            self.add_error("title", _duplicate_message(others))


def _duplicate_message(others: list[TitleSlugModel]) -> str:
    links = [(admin_url(type(other), "change", other.pk), other.title, other.slug) for other in others]
    return format_html(
        _(
            "There is a record of this title already: {records}. Use it instead; to make another all the same, save once more."
        ),
        records=format_html_join("、", '<a href="{}" target="_blank">{} ({})</a>', links),
    )
