"""List filters of entries."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.editing.stages import STAGES, at_stage
from timeline.models.entries import EntryQuerySet


class StatusFilter(admin.SimpleListFilter):
    """The status of entries, with returned and scheduled ones as statuses of their own."""

    title = _("status")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str | Promise]]:
        return [(stage.name, stage.label) for stage in STAGES.values()]

    def queryset(self, request: HttpRequest, queryset: EntryQuerySet) -> QuerySet:
        return at_stage(queryset, str(self.value()))


class YearFilter(admin.SimpleListFilter):
    """The years in which entries begin, newest first."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        days = model_admin.model._default_manager.dates("sort_earliest", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in days]

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
        return [(name, label) for name, (label, _narrowed) in self.CHOICES.items()]

    def queryset(self, request: HttpRequest, queryset: EntryQuerySet) -> QuerySet:
        if self.value() not in self.CHOICES:
            return queryset
        _label, narrowed = self.CHOICES[str(self.value())]
        return narrowed(queryset)
