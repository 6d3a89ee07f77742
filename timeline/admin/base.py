"""What all screens share: the widgets of this record's fields, counts in lists, and the two answers the script asks for."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import F, Field, Func, IntegerField, QuerySet, Subquery
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from timeline.admin.widgets import MarkdownTextarea, PartialDateInput, interpret_date
from timeline.editing.working_copies import records_named_in_working_copies
from timeline.models import Entry, Kind
from timeline.models.fields import MAX_PROSE_LENGTH, PartialDateField
from timeline.models.named import TitleSlugModel
from timeline.rows.tables import TABLES
from timeline.values import markdown
from timeline.values.partial_date import PartialDate
from timeline.values.text import clean_line

# The largest number that any database of a chronicle keeps as a key.
MAX_PRIMARY_KEY = 2**63 - 1


def parse_primary_key(text: str) -> int | None:
    """The key that this text of an address or a form is; None where no record can have it."""
    if len(text) > len(str(MAX_PRIMARY_KEY)) or not (text.isascii() and text.isdigit()):
        return None
    key = int(text)
    return key if key <= MAX_PRIMARY_KEY else None


def count_subquery(rows: QuerySet) -> Subquery:
    """How many of these rows belong to the outer one: a count that multiplies nothing and costs no query."""
    counted = rows.order_by().annotate(
        number_of_rows=Func(F("pk"), template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    )
    return Subquery(counted.values("number_of_rows"))


def format_timestamp(at: datetime.datetime | None) -> str:
    """A point in time as lists show it."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def field_names(fields: Any) -> list[str]:
    """The names in a list of fields some of which may stand together on one line."""
    return flatten_fieldsets([(None, {"fields": fields})])


def format_partial_date(date: PartialDate | None) -> str | None:
    return date.display(get_language() or "zh-hans") if date else None


def entry_admin_url(entry: Entry, screen: str = "change") -> str:
    """The address of a screen on which the entry stands as what it is."""
    return kind_admin_url(entry.kind, screen, entry.pk)


def kind_admin_url(kind: str, screen: str, key: int) -> str:
    """The same for an entry that is perhaps no more."""
    return reverse(f"admin:timeline_{Kind(kind).model_name}_{screen}", args=[key])


def reference_label(user: Any) -> str:
    """What refers to a record, as editors know it: of a citation, an assessment or a relation, what it belongs to."""
    tables = [table for table in TABLES.values() if table.model is type(user)]
    within = next((table.columns[table.within].attribute for table in tables if table.within), "")
    owner = getattr(user, within) if within else user
    return f"{owner._meta.verbose_name}: {owner}"


class FormFieldsMixin:
    """Forms and inlines whose dates say what they understood and whose Markdown can be previewed."""

    formfield_overrides = {PartialDateField: {"widget": PartialDateInput}}
    # Columns whose text pages show as Markdown.
    markdown_fields: tuple[str, ...] = ()

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every column that names records, since their screens have a search."""
        options = self.model._meta  # type: ignore[attr-defined]
        return [
            field.name
            for field in (*options.fields, *options.many_to_many)
            if field.editable and field.related_model and issubclass(field.related_model, TitleSlugModel)
        ]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.markdown_fields:
            kwargs["widget"] = MarkdownTextarea
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            several = isinstance(field, forms.ModelMultipleChoiceField)
            words = (
                _(
                    "Of the chosen %(names)s one is there no more; perhaps somebody deleted it. The others are still chosen."
                )
                if several
                else _("The chosen %(name)s is there no more; perhaps somebody deleted it. Choose another.")
            )
            named: Any = db_field.related_model
            options = named._meta
            said = {"name": options.verbose_name, "names": options.verbose_name_plural}
            field.error_messages["invalid_choice"] = words % said
        return field


class PartInlineFormSet(BaseInlineFormSet):
    """Rows of a part, two of which may not say the same; `parts` are shown in place of those that are stored."""

    def __init__(self, *args: Any, parts: QuerySet | None = None, **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(*args, **kwargs)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset() if self.parts is None else self.parts

    def get_unique_error_message(self, unique_check: Any) -> str:
        model: Any = self.model
        columns = [model._meta.get_field(name) for name in unique_check if name != self.fk.name]
        names = "、".join(str(column.verbose_name) for column in columns)
        return _("Two rows have the same %(fields)s: change one of them, or delete it.") % {"fields": names}

    def get_form_error(self) -> str:
        return _("This row says the same as another.")


class BaseAdmin(FormFieldsMixin, admin.ModelAdmin):
    """A screen of the desk."""

    list_per_page = 50

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record of that key, where one can have it."""
        if from_field is None and parse_primary_key(object_id) is None:
            return None
        return super().get_object(request, object_id, from_field)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Search for what is visible of the term, as it is stored."""
        return super().get_search_results(request, queryset, clean_line(search_term))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go, and what stands in the way: whatever refers to it, many-to-many included."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        users = [reference_label(user) for obj in objs for user in obj.referring_objects()]
        named = records_named_in_working_copies()
        keys = [(obj._meta.get_field("slug").model, obj.slug) for obj in objs]
        users += [_("Working copy of “%(title)s”") % {"title": named[key]} for key in keys if key in named]
        # Each once, and not as Django names a citation, which is by the source that it cites.
        return to_delete, counts, lacking, list(dict.fromkeys(users)) or protected


@require_GET
def partial_date_view(request: HttpRequest) -> JsonResponse:
    """What the form will understand by this text."""
    is_date, words = interpret_date(request.GET.get("text", "")[:200])
    return JsonResponse({"date": is_date, "words": words})


@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """The text as readers will see it, through the sanitizer that all pages use."""
    return HttpResponse(markdown.render(request.POST.get("text", "")[:MAX_PROSE_LENGTH]))
