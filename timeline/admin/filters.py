"""List filters of entries."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.db.models import Count, QuerySet
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import parse_primary_key
from timeline.editing.stages import STAGES, at_stage
from timeline.models import Chronicle
from timeline.models.entry_queryset import EntryQuerySet

# The most records that a filter offers.
MAX_CHOICES = 40
# Seconds for which a filter offers the same choices.
CHOICES_KEPT = 60

Choice = TypeVar("Choice")


def kept_choices(name: str, varies_on: Iterable[object], read: Callable[[], list[Choice]]) -> list[Choice]:
    """The choices of a filter, which may be a minute old: to find them, all entries of a list are read."""
    key = make_template_fragment_key(name, varies_on)
    choices: list[Choice] = caches["template_fragments"].get_or_set(key, read, CHOICES_KEPT)
    return choices


class StatusFilter(admin.SimpleListFilter):
    """The status of entries, with returned and scheduled ones as statuses of their own."""

    title = _("status")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str | Promise]]:
        return [(stage.name, stage.label) for stage in STAGES.values()]

    def queryset(self, request: HttpRequest, queryset: EntryQuerySet) -> QuerySet:
        return at_stage(queryset, str(self.value()))


class ReferenceFilter(admin.RelatedFieldListFilter):
    """The records that entries name in a column. If there are many: those that most of the listed entries name, the chosen
    ones, and the list of all, which leads back to the entries of each.
    """

    def field_choices(
        self, field: RelatedField, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[int, str]]:
        self.request = request
        self.all_records = field.remote_field.model._default_manager.all()
        return [(record.pk, str(record)) for record in self.all_records[: MAX_CHOICES + 1]]

    def choices(self, changelist: ChangeList) -> Iterator[Mapping[str, object]]:
        if len(self.lookup_choices) <= MAX_CHOICES:
            yield from super().choices(changelist)
            return
        keys = [*filter(None, map(parse_primary_key, self.lookup_val or [])), *self._most_named(changelist)]
        records = self.all_records.in_bulk(keys)
        self.lookup_choices = [(key, str(records[key])) for key in dict.fromkeys(keys) if key in records]
        yield from super().choices(changelist)
        name = self.all_records.model._meta.model_name
        yield {
            "selected": False,
            "query_string": reverse(f"admin:timeline_{name}_changelist"),
            "display": _("All %(number)s, with the entries of each →") % {"number": self.all_records.count()},
        }

    def _most_named(self, changelist: ChangeList) -> list[int]:
        """The keys of the records that most entries of the list name, whichever of them the list is narrowed to."""

        def count() -> list[int]:
            listed = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
            entries = changelist.model._default_manager.filter(pk__in=listed.order_by().values("pk"))
            named = entries.filter(**{f"{self.field_path}__isnull": False}).order_by()
            counted = named.values_list(self.field_path).annotate(number=Count("pk"))
            return [key for key, _number in counted.order_by("-number", self.field_path)[:MAX_CHOICES]]

        others = changelist.get_query_string(remove=[*filter(None, self.expected_parameters())])
        return kept_choices(self.field_path, [self.request.path, others], count)


class YearFilter(admin.SimpleListFilter):
    """The years in which entries begin, newest first."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        def read() -> list[str]:
            days = model_admin.model._default_manager.dates("sort_earliest", "year", order="DESC")
            return [str(day.year) for day in days]

        return [(year, year) for year in kept_choices("year", [model_admin.model.__name__], read)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        # Only offered years: any other value is ignored.
        year = self.value()
        known = year in dict(self.lookup_choices)
        return queryset.filter(sort_earliest__year=year) if known else queryset


class MissingDataFilter(admin.SimpleListFilter):
    """What entries lack."""

    title = _("what is missing")
    parameter_name = "gap"
    CHOICES = {
        "date": (_("Without date"), EntryQuerySet.undated),
        "citation": (_("Without citation"), EntryQuerySet.uncited),
        "english": (_("Without English"), EntryQuerySet.untranslated),
    }

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str | Promise]]:
        has_english = Chronicle.objects.current().english_pages
        return [
            (name, label)
            for name, (label, _narrowed) in self.CHOICES.items()
            if name != "english" or has_english
        ]

    def queryset(self, request: HttpRequest, queryset: EntryQuerySet) -> QuerySet:
        if self.value() not in self.CHOICES:
            return queryset
        _label, narrowed = self.CHOICES[str(self.value())]
        return narrowed(queryset)
