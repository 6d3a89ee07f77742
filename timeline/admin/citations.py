"""Citations in the form of a record: each of a source that exists, or of one that is created with the citation."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.forms import BaseInlineFormSet
from django.forms.models import fields_for_model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.admin import base
from timeline.admin.duplicate_titles import duplicate_message
from timeline.admin.widgets import PartialDateInput
from timeline.editing.duplicate_titles import find_duplicates, normalize_title
from timeline.editing.new_sources import NEW_SOURCE_COLUMNS, is_same_source
from timeline.models import Source
from timeline.values.slugs import available_slug

NEW_SOURCE_HEADING = gettext_lazy("New source")
PREFIX = "new_source_"
TITLE_FIELD = f"{PREFIX}title"
# The hidden field with the title that the row has warned of.
WARNED_FIELD = f"{PREFIX}warned"


class BaseCitationForm(forms.ModelForm):
    """A citation. Its source is chosen, or described in the fields of a new one."""

    new_source: Source | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NEW_SOURCE_COLUMNS:
            self.fields[f"{PREFIX}{name}"].required = False
        if "source" in self.fields:
            self.fields["source"].required = False

    def clean(self) -> dict[str, object] | None:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        described = {name: cleaned.get(f"{PREFIX}{name}") for name in NEW_SOURCE_COLUMNS}
        # The type has a default, so it says nothing on its own.
        is_described = any(value for name, value in described.items() if name != "type")
        has_errors = any(name == "source" or name.startswith(PREFIX) for name in self.errors)
        if is_described and cleaned.get("source"):
            self.add_error(TITLE_FIELD, _("A source is chosen above: clear that choice, or these fields."))
        elif has_errors:
            return cleaned
        elif is_described:
            self._clean_new_source(described)
        elif not cleaned.get("source"):
            self.add_error("source", _("Choose a source, or describe a new one."))
        return cleaned

    def _clean_new_source(self, described: dict[str, object]) -> None:
        source = Source(**described)
        try:
            source.full_clean(exclude=["slug"])
        except ValidationError as refusal:
            for name, messages in refusal.message_dict.items():
                self.add_error(f"{PREFIX}{name}" if name in described else None, messages)
        else:
            self.new_source = source

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.new_source is not None:
            self.instance.source = self.new_source

    def refuse_duplicate(self, others: list[Source]) -> None:
        """Refuse the new source once, since these have its title; the row then has that title in a hidden field."""
        title = normalize_title(self.cleaned_data[TITLE_FIELD])
        self.add_error(TITLE_FIELD, duplicate_message(others))
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(WARNED_FIELD)] = title
        self.data = data

    @property
    def has_warned(self) -> bool:
        """Whether the row has warned of this title."""
        warned = self.cleaned_data.get(WARNED_FIELD, "")
        return bool(warned) and warned == normalize_title(self.cleaned_data[TITLE_FIELD])


_date_inputs: dict[str, type[forms.Widget] | forms.Widget] = dict.fromkeys(
    ("published", "accessed"), PartialDateInput
)
CitationForm = type(
    "CitationForm",
    (BaseCitationForm,),
    {
        **{
            f"{PREFIX}{name}": field
            for name, field in fields_for_model(Source, NEW_SOURCE_COLUMNS, widgets=_date_inputs).items()
        },
        WARNED_FIELD: forms.CharField(required=False, widget=forms.HiddenInput),
    },
)


class CitationFormSet(base.PartInlineFormSet):
    """The citations of a record, with the new sources that are created with them."""

    new_sources: Sequence[Source] = ()

    def identify_new_sources(self, known: Sequence[Source]) -> None:
        """Give the new sources of cleaned rows their slugs, each source once; those in `known` are of other formsets.

        A row whose source must not be created gets an error.
        """
        new: list[Source] = []
        for form in self.forms:
            if not isinstance(form, BaseCitationForm):
                continue
            source = form.new_source
            if source is None or (self.can_delete and form.cleaned_data.get("DELETE")):
                continue
            others = [one for one in find_duplicates(source) if isinstance(one, Source)]
            same = next((one for one in (*known, *new, *others) if is_same_source(one, source)), None)
            if same is None and others and not form.has_warned:
                form.refuse_duplicate(others)
            elif same is None:
                taken = {one.slug for one in (*known, *new)}
                while source.slug in taken:
                    source.slug = source.available_slug(available_slug(source.slug, taken))
                new.append(source)
            else:
                form.instance.source = same
        self.new_sources = new


class BaseCitationInline(base.PartInline):
    """The citations of a record."""

    form = CitationForm
    formset = CitationFormSet
    # The columns before and after the fields of a new source.
    first_fields: Sequence[str | tuple[str, ...]] = [("source", "locator", "number")]
    last_fields = [("quotation", "quotation_en"), "date", ("remark", "remark_en"), "weight"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("source")

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> base.Fieldsets:
        last_fields = self.without_english(self.last_fields, request, obj)
        if not self._may_add_sources(request):
            return [(None, {"fields": [*self.first_fields, *last_fields]})]
        title, type_, publisher, published, url, accessed = (f"{PREFIX}{name}" for name in NEW_SOURCE_COLUMNS)
        new_source = [(title, WARNED_FIELD), (type_, publisher, published), (url, accessed)]
        return [
            (None, {"fields": self.first_fields}),
            (NEW_SOURCE_HEADING, {"fields": new_source, "classes": ["collapse", "new-source"]}),
            (None, {"fields": last_fields}),
        ]

    def get_formset(
        self, request: HttpRequest, obj: Model | None = None, **kwargs: object
    ) -> type[BaseInlineFormSet]:
        if not self._may_add_sources(request):
            kwargs["form"] = forms.ModelForm
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "source" and field is not None:
            # The row itself has the fields of a new source.
            field.widget.can_add_related = False
        return field

    def _may_add_sources(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("timeline.add_source"))


def log_new_sources(admin: ModelAdmin, request: HttpRequest, sources: Iterable[Source]) -> None:
    """Log those of these sources that were created, by this admin. With an answer that nothing is saved, there are none."""
    for source in sources:
        if Source.objects.filter(pk=source.pk).exists():
            admin.log_addition(request, source, [{"added": {}}])
