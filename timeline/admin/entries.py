"""The desk's screens for the four kinds of entry; publication is by the verbs of `publishing`."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timeline.admin.history import HistoryAdmin
from timeline.admin.publication import PublicationAdmin
from timeline.models import (
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Milestone,
    PilotDesignation,
    Policy,
    PolicyRelation,
)
from timeline.script import fold


class CitationFormSet(BaseInlineFormSet):
    """What was ever public keeps a source."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if not (self.can_delete and form.cleaned_data.get("DELETE"))]
        if self.instance.published_at is not None and not kept:
            raise ValidationError(_("What is public cites at least one source."))


class CitationInline(admin.TabularInline):
    model = Citation
    formset = CitationFormSet
    extra = 0
    autocomplete_fields = ["source"]


class RelationInline(admin.TabularInline):
    model = PolicyRelation
    fk_name = "from_policy"
    extra = 0
    autocomplete_fields = ["to_policy"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("from_policy", "to_policy")


class AssessmentInline(admin.StackedInline):
    model = GoalAssessment
    extra = 0
    autocomplete_fields = ["source"]


class EntryScreen(admin.ModelAdmin):
    """What every list of entries shares."""

    list_display = ["title", "place", "phase", "status", "changed_at"]
    list_filter = ["status", "phase", "topics"]
    list_select_related = ["phase"]
    search_fields = ["search_text", "slug"]
    autocomplete_fields = ["phase", "topics"]
    readonly_fields = ["status", "published_at", "published_by"]
    inlines: list[Any] = [CitationInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model._default_manager.in_order()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))


class EntryAdmin(PublicationAdmin, HistoryAdmin, EntryScreen):
    """What the screens of all four kinds share."""

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.published_at is None)


@admin.register(Entry)
class AnyEntryAdmin(EntryScreen):
    """All kinds together: the list behind the autocomplete of `declared by`; entries are edited as what they are."""

    inlines = []
    actions = None
    list_display = ["title", "kind", "place", "status"]
    list_filter = ["kind", "status"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        # Asked, with the entry, when its policy, goal … is deleted; there is no deleting from this list.
        return obj is not None and super().has_delete_permission(request, obj)


@admin.register(Policy)
class PolicyAdmin(EntryAdmin):
    list_display = ["title", "document_type", "document_number", "place", "phase", "status", "changed_at"]
    list_filter = ["status", "document_type", "phase", "topics"]
    autocomplete_fields = [*EntryAdmin.autocomplete_fields, "issuers"]
    inlines = [CitationInline, RelationInline]


@admin.register(PilotDesignation)
class PilotDesignationAdmin(EntryAdmin):
    list_display = ["title", "programme", "batch", "designee", "place", "status", "changed_at"]
    list_select_related = ["designee"]
    autocomplete_fields = [*EntryAdmin.autocomplete_fields, "designee", "areas", "authority"]


@admin.register(Milestone)
class MilestoneAdmin(EntryAdmin):
    autocomplete_fields = [*EntryAdmin.autocomplete_fields, "policies", "organizations"]


@admin.register(Goal)
class GoalAdmin(EntryAdmin):
    list_display = ["title", "place", "target", "phase", "status", "changed_at"]
    autocomplete_fields = [*EntryAdmin.autocomplete_fields, "declared_by"]
    inlines = [CitationInline, AssessmentInline]
