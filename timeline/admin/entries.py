"""The desk's screens for the four kinds of entry; publication is by the verbs of `publishing`."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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
from timeline.publishing import NotPublishable, WrongStatus


class CitationInline(admin.TabularInline):
    model = Citation
    extra = 0
    autocomplete_fields = ["source"]


class RelationInline(admin.TabularInline):
    model = PolicyRelation
    fk_name = "from_policy"
    extra = 0
    autocomplete_fields = ["to_policy"]


class AssessmentInline(admin.StackedInline):
    model = GoalAssessment
    extra = 0
    autocomplete_fields = ["source"]


class EntryAdmin(admin.ModelAdmin):
    """What the screens of all four kinds share."""

    list_display = ["title", "place", "phase", "status", "changed_at"]
    list_filter = ["status", "phase", "topics"]
    list_select_related = ["phase"]
    search_fields = ["title", "title_en", "slug", "search_text"]
    autocomplete_fields = ["phase", "topics"]
    readonly_fields = ["status", "published_at", "published_by"]
    inlines: list[Any] = [CitationInline]
    actions = ["publish"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model._default_manager.in_order()

    @admin.action(description=_("Publish the selected entries"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet) -> None:
        published = 0
        for entry in queryset:
            try:
                entry.publish(by=request.user)
            except (NotPublishable, WrongStatus) as refusal:
                for reason in refusal.messages:
                    self.message_user(request, f"{entry}: {reason}", messages.ERROR)
            else:
                published += 1
        if published:
            self.message_user(
                request,
                ngettext("%(count)s entry published.", "%(count)s entries published.", published)
                % {"count": published},
                messages.SUCCESS,
            )

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.published_at is None)


@admin.register(Entry)
class AnyEntryAdmin(EntryAdmin):
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
        return False


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
