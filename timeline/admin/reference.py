"""The admins of reference records."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Expression, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from timeline.admin import base
from timeline.admin.duplicate_titles import DuplicateTitlesMixin
from timeline.admin.edit_conflicts import EditConflictAdmin
from timeline.admin.exports import ExportAdmin
from timeline.models import (
    Area,
    Entry,
    Milestone,
    Organization,
    Phase,
    PhaseCitation,
    PilotDesignation,
    Policy,
    Source,
    Topic,
    TopicCitation,
)

OUTER = OuterRef("pk")


class PhaseCitationInline(base.FormFieldsMixin, admin.StackedInline):
    model = PhaseCitation
    formset = base.PartInlineFormSet
    extra = 0
    fields = [("source", "locator", "number"), "date", "wording"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("source")


class TopicCitationInline(PhaseCitationInline):
    model = TopicCitation


class ReferenceAdmin(DuplicateTitlesMixin, ExportAdmin, EditConflictAdmin):
    """The base class of the admins of reference records."""

    search_fields = ["title", "title_en", "slug"]
    # The number of entries that refer to the row.
    entries: ClassVar[Expression]
    # The filter of the list of all entries for them; "" if it has none.
    entry_filter = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(entry_number=self.entries)

    @admin.display(description=_("entries"), ordering="entry_number")
    def entry_count(self, row: Any) -> Any:
        if not self.entry_filter or not row.entry_number:
            return row.entry_number
        address = reverse("admin:timeline_entry_changelist")
        return format_html('<a href="{}?{}={}">{}</a>', address, self.entry_filter, row.pk, row.entry_number)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Chinese fields first, English ones collapsed, the slug last; every field of the model is included."""
        fields = [
            name for name in base.field_names(self.get_fields(request, obj)) if name not in ("title", "slug")
        ]
        english = [name for name in fields if name.endswith("_en")]
        own = [name for name in fields if name not in english]
        return [
            (None, {"fields": ["title", *own]}),
            (_("In English"), {"fields": english, "classes": ["collapse", "after"]}),
            (_("Address"), {"fields": ["slug"], "classes": ["after"]}),
        ]


@admin.register(Phase)
class PhaseAdmin(ReferenceAdmin):
    list_display = ["title", "years", "tone", "entry_count"]
    inlines = [PhaseCitationInline]
    entries = base.count_subquery(Entry.objects.filter(phase=OUTER))
    entry_filter = "phase__id__exact"

    @admin.display(description=_("period"), ordering="sort_earliest")
    def years(self, phase: Phase) -> str | None:
        return base.format_partial_date(phase.period)


@admin.register(Topic)
class TopicAdmin(ReferenceAdmin):
    list_display = ["title", "position", "entry_count"]
    markdown_fields = ("description", "description_en")
    inlines = [TopicCitationInline]
    entries = base.count_subquery(Entry.objects.filter(topics=OUTER))
    entry_filter = "topics__id__exact"


@admin.register(Organization)
class OrganizationAdmin(ReferenceAdmin):
    list_display = ["title", "precedence", "entry_count"]
    markdown_fields = ("description", "description_en")
    entries = (
        base.count_subquery(Policy.objects.filter(issuers=OUTER))
        + base.count_subquery(Milestone.objects.filter(organizations=OUTER))
        + base.count_subquery(PilotDesignation.objects.filter(authority=OUTER))
    )


@admin.register(Area)
class AreaAdmin(ReferenceAdmin):
    list_display = ["title", "parent", "position", "entry_count"]
    list_select_related = ["parent"]
    markdown_fields = ("description", "description_en")
    entries = base.count_subquery(PilotDesignation.objects.filter(Q(designee=OUTER) | Q(areas=OUTER)))


@admin.register(Source)
class SourceAdmin(ReferenceAdmin):
    list_display = ["title", "publisher", "published_words", "linked", "entry_count"]
    list_filter = ["linked"]
    search_fields = ["title", "title_en", "publisher", "author", "url", "slug"]
    entries = base.count_subquery(Entry.objects.filter(citations__source=OUTER))

    @admin.display(description=_("published"), ordering="published")
    def published_words(self, source: Source) -> str | None:
        return base.format_partial_date(source.published)
