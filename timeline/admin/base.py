"""What the admins share: form fields, rows of parts, addresses, and values as lists display them."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django import forms
from django.contrib import admin
from django.db.models import F, Field, Func, IntegerField, Model, QuerySet, Subquery
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from timeline.admin.choosers import choice_label
from timeline.admin.english_fields import Line, without_english
from timeline.admin.widgets import LogoInput, PartialDateInput
from timeline.editing.revisions import table_of_record
from timeline.models import Entry, Kind
from timeline.models.fields import LogoField, PartialDateField
from timeline.models.named import TitleSlugModel, kind_label, references_by_owner
from timeline.models.records import Record
from timeline.rows.columns import ENGLISH
from timeline.values.partial_date import PartialDate

# What a ModelAdmin's get_fieldsets() returns.
Fieldsets = list[tuple[str | Promise | None, dict[str, Sequence[object]]]]
# The most entries of a bulk action that asks before it acts, and names them all.
MAX_SELECTED = 500
# The largest value of a BigAutoField.
MAX_PRIMARY_KEY = 2**63 - 1


def parse_primary_key(text: str) -> int | None:
    """Parse a primary key from a URL or a form; None if no record can have it."""
    if len(text) > len(str(MAX_PRIMARY_KEY)) or not (text.isascii() and text.isdigit()):
        return None
    key = int(text)
    return key if key <= MAX_PRIMARY_KEY else None


def too_many_message(count: int) -> str:
    return _("At most %(most)s at once; %(count)s were chosen.") % {"most": MAX_SELECTED, "count": count}


def count_subquery(rows: QuerySet, field: str = "pk") -> Subquery:
    """The number of different values of a field of these rows per outer row, as a subquery: no extra query."""
    counted = rows.order_by().annotate(
        number_of_rows=Func(F(field), template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    )
    return Subquery(counted.values("number_of_rows"))


def format_timestamp(at: datetime.datetime | None) -> str:
    """A point in time as lists display it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def plain_fieldsets(fields: Iterable[str | Iterable[str]], first: Sequence[str]) -> Fieldsets:
    """Chinese fields with these first, English ones collapsed, the slug last; every field is included."""
    names = [name for name in field_names(fields) if name not in (*first, "slug")]
    english = [name for name in names if name.endswith(ENGLISH)]
    fieldsets: Fieldsets = [
        (None, {"fields": [*first, *(name for name in names if name not in english)]}),
        (_("In English"), {"fields": english, "classes": ["collapse", "after"]}),
        (_("Address"), {"fields": ["slug"], "classes": ["after"]}),
    ]
    return [fieldset for fieldset in fieldsets if fieldset[1]["fields"]]


def field_names(fields: Iterable[str | Iterable[str]]) -> list[str]:
    """The names in a list of fields, some of them grouped on one line."""
    return [name for one in fields for name in ([one] if isinstance(one, str) else one)]


def format_partial_date(date: PartialDate | None) -> str | None:
    return date.display(get_language() or "zh-hans") if date else None


def record_admin_url(record: Model, screen: str = "change") -> str:
    """The URL of an admin page of a record; of an entry, in the admin of its kind."""
    model = Kind(record.kind).model if isinstance(record, Entry) else type(record)
    return admin_url(model, screen, record.pk)


def field_url(record: Record, field: str) -> str:
    """The address of a field, or of the section of a part, in the form of a record; that of the form without one."""
    if not field:
        return record_admin_url(record)
    anchor = f"{field}-group" if field in table_of_record(record).parts else f"id_{field}"
    return f"{record_admin_url(record)}#{anchor}"


def record_link(record: Model) -> SafeString:
    """A link to the form of a record, with its title."""
    return format_html('<a href="{}">{}</a>', record_admin_url(record), record)


def reference_links(referring: Iterable[Model]) -> list[SafeString]:
    """A line for each record that refers to another: a link to its form, and the places that its citations name."""
    links = []
    for owner, places in references_by_owner(referring).items():
        title = '<a href="{url}">{owner}</a>'
        if places:
            title = _("%(title)s (%(places)s)") % {"title": title, "places": "{places}"}
        line = _("%(kind)s: %(title)s") % {"kind": "{kind}", "title": title}
        named = pgettext("enumeration", ", ").join(places)
        kind, url = kind_label(owner), record_admin_url(owner)
        links.append(format_html(line, kind=kind, url=url, owner=owner, places=named))
    return links


def admin_url(model: type[Model], screen: str, *args: object) -> str:
    """The URL of an admin page of the model: its list, or with a primary key a page of the record."""
    return reverse(f"admin:timeline_{model._meta.model_name}_{screen}", args=args)


FORM_FIELDS = {PartialDateField: {"widget": PartialDateInput}, LogoField: {"widget": LogoInput}}


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[object, str | Promise]]) -> None:
    """Let a field of a form have these choices, which depend on what is stored."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} has no choices.")
    field.choices = [*choices]


def autocomplete_fields(model: type[Model]) -> list[str]:
    """Every column that names records, since their screens have a search."""
    return [
        field.name
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.editable and field.related_model and issubclass(field.related_model, TitleSlugModel)
    ]


def with_choices(field: forms.Field | None, column: Field) -> forms.Field | None:
    """The form field of a column; its choices are labelled, and one that is deleted by now has a message."""
    if isinstance(field, forms.ModelChoiceField) and (model := column.related_model):
        field.label_from_instance = choice_label
        several = isinstance(field, forms.ModelMultipleChoiceField)
        message = (
            _(
                "Of the chosen %(names)s one is there no more; perhaps somebody deleted it. The others are still chosen."
            )
            if several
            else _("The chosen %(name)s is there no more; perhaps somebody deleted it. Choose another.")
        )
        options = model._meta
        context = {"name": options.verbose_name, "names": options.verbose_name_plural}
        field.error_messages["invalid_choice"] = message % context
    return field


class PartInlineFormSet(BaseInlineFormSet):
    """Inline forms over the parts that the record was loaded with, stored or not, that reject duplicate parts."""

    model: type[Model]

    def get_queryset(self) -> QuerySet:
        loaded = getattr(self.instance, "_prefetched_objects_cache", {})
        return loaded[self.prefix] if self.prefix in loaded else super().get_queryset()

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        """Let the hidden key name one of the displayed parts, which need not be stored any more."""
        super().add_fields(form, index)
        name = self.model._meta.pk.name
        form.fields[name] = forms.TypedChoiceField(
            choices=[(part.pk, part.pk) for part in self.get_queryset()],
            coerce=int,
            empty_value=None,
            initial=form.fields[name].initial,
            required=False,
            widget=forms.HiddenInput,
        )

    def submitted_parts(self) -> list[Model]:
        """The parts as the valid forms describe them, without empty and deleted ones."""
        deleted, named = self.deleted_forms, {form.instance.pk for form in self.initial_forms}
        hidden = [part for part in self.get_queryset() if part.pk not in named]
        given = [form for form in self.initial_forms if form.instance.pk is not None]
        given += [form for form in self.extra_forms if form.has_changed()]
        return hidden + [form.instance for form in given if form not in deleted]

    def get_unique_error_message(self, unique_check: Iterable[str]) -> str:
        columns = [self.model._meta.get_field(name) for name in unique_check if name != self.fk.name]
        names = "、".join(str(getattr(column, "verbose_name", column.name)) for column in columns)
        return _("Two rows have the same %(fields)s: change one of them, or delete it.") % {"fields": names}

    def get_form_error(self) -> str:
        return _("This row says the same as another.")


class PartInline(admin.StackedInline):
    """The parts of a record in its form."""

    formset = PartInlineFormSet
    formfield_overrides = FORM_FIELDS
    extra = 0
    # Whether the parts stand below the first fieldset of the form, not below all.
    follows_title = False

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return autocomplete_fields(self.model)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[Line]:
        return self.without_english(super().get_fields(request, obj), request, obj)

    def without_english(
        self, lines: Iterable[Line], request: HttpRequest, obj: Model | None
    ) -> Sequence[Line]:
        """The fields without those in English that the chronicle does not need and no part of the record has."""
        return without_english(lines, request, self._parts_of(request, obj))

    def _parts_of(self, request: HttpRequest, obj: Model | None) -> Iterator[Model]:
        """The parts that the record was loaded with, stored or not."""
        if obj is not None:
            yield from getattr(obj, self.get_formset(request, obj, fields=None).get_default_prefix()).all()

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        return with_choices(super().formfield_for_dbfield(db_field, request, **kwargs), db_field)
