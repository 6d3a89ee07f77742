"""Duplicate titles: the form of a new record is redisplayed once, with links to the existing records."""

from collections.abc import Sequence

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from timeline.admin.base import admin_url
from timeline.editing.duplicate_titles import find_duplicates, normalize_title
from timeline.models.named import TitleSlugModel

# The hidden field with the title that the form has warned of.
WARNED_FIELD = "_same_title"


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
            self.add_error("title", duplicate_message(others))


def duplicate_message(others: Sequence[TitleSlugModel]) -> str:
    """The message of a refused title, with links to the records that have it."""
    links = [(admin_url(type(other), "change", other.pk), other.title, other.slug) for other in others]
    return format_html(
        _(
            "There is a record of this title already: {records}. Use it instead; to make another all the same, save once more."
        ),
        records=format_html_join("、", '<a href="{}" target="_blank">{} ({})</a>', links),
    )
