"""The form that uploads a file for an import: how it is read, and whether its records are published."""

import functools

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.formats.registry import readable_names
from timeline.exchange.readers.encodings import CHOICES
from timeline.models.fields import TextFormField

# The fields that are folded.
MORE = ("encoding", "empty")


def _format_names() -> str:
    """The formats that are read, as a list in the language of the page."""
    return functools.reduce(
        lambda listed, name: _("%(listed)s, %(name)s") % {"listed": listed, "name": name}, readable_names()
    )


class UploadForm(forms.Form):
    """A file and the options of its import."""

    file = forms.FileField(label=gettext_lazy("File"))
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"),
        required=False,
        choices=[("", gettext_lazy("found by itself")), *((name, name) for name in CHOICES)],
    )
    empty = forms.ChoiceField(
        label=gettext_lazy("Empty cells of a sheet"),
        choices=[
            ("keep", gettext_lazy("leave what is there")),
            ("clear", gettext_lazy("clear what is there")),
        ],
        initial="keep",
    )
    note = TextFormField(label=gettext_lazy("Why"), max_length=300, required=False)
    publish = forms.BooleanField(
        label=gettext_lazy("Publish"),
        required=False,
        help_text=gettext_lazy(
            "New records become public, with the drafts that they name, and public ones are changed at once. Otherwise new records are drafts, and public ones get a working copy."
        ),
    )

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict[str, UploadedFile] | None,
        *,
        may_publish: bool,
    ) -> None:
        super().__init__(data, files, label_suffix="")
        self.fields["file"].help_text = _("%(formats)s, or a zip of several.") % {"formats": _format_names()}
        if not may_publish:
            del self.fields["publish"]

    def first_fields(self) -> list[BoundField]:
        """The fields that every upload has something in."""
        return [field for field in self if field.name not in MORE]

    def more_fields(self) -> list[BoundField]:
        """The fields that few uploads need."""
        return [self[name] for name in MORE]

    def has_more_errors(self) -> bool:
        return any(field.errors for field in self.more_fields())

    def options(self) -> dict[str, object]:
        """The arguments of `import_files()`."""
        given = self.cleaned_data
        return {
            "encoding": given["encoding"] or None,
            "clear_empty": given["empty"] == "clear",
            "publish": given.get("publish", False),
            "comment": given["note"],
        }

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > settings.CONTENT_FILE_MAX_BYTES:
            limit = settings.CONTENT_FILE_MAX_BYTES // 2**20
            raise ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        return file
