"""The desk's screens for the four kinds of entry; publication is by the verbs of `publishing`."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
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


class AssessmentInline(admin.StackedInline):
    model = GoalAssessment
    extra = 0
    autocomplete_fields = ["source"]


class EntryAdmin(admin.ModelAdmin):
    """What the screens of all four kinds share."""

    list_display = ["title", "place", "phase", "status", "changed_at"]
    list_filter = ["status", "phase", "topics"]
    list_select_related = ["phase"]
    search_fields = ["search_text", "slug"]
    autocomplete_fields = ["phase", "topics"]
    readonly_fields = ["status", "published_at", "published_by"]
    inlines: list[Any] = [CitationInline]
    actions = ["publish"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model._default_manager.in_order()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("timeline.publish_entry")

    @admin.action(description=_("Publish the selected entries"), permissions=["publish"])
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
