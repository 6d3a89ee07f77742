"""The admins of the kinds of entry, and of all entries together. Publication uses the transitions of `workflow`."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from timeline.admin import base
from timeline.admin.citations import BaseCitationInline, CitationFormSet
from timeline.admin.duplicate_titles import DuplicateTitleForm
from timeline.admin.exports import ExportAdmin
from timeline.admin.filters import MissingDataFilter, ReferenceFilter, StatusFilter, YearFilter
from timeline.admin.published_records import PublishedRecordAdmin
from timeline.admin.stage_columns import StageColumnsAdmin
from timeline.admin.transition_buttons import RecordForm
from timeline.admin.views import any_entry, schedule
from timeline.models import (
    AssessmentCitation,
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Kind,
    Milestone,
    PilotDesignation,
    Policy,
    PolicyRelation,
)
from timeline.models.entry_queryset import EntryQuerySet
from timeline.models.timeline_position import TimelineDateSource
from timeline.rows.columns import ENGLISH

REFERENCE_FILTERS = [("phase", ReferenceFilter), ("topics", ReferenceFilter)]


class EntryCitationFormSet(CitationFormSet):
    """Citations, at least one of which an entry that was ever public must keep."""

    def clean(self) -> None:
        super().clean()
        remaining = [form for form in self.forms if form.has_changed() or form.instance.pk]
        remaining = [form for form in remaining if not (self.can_delete and form.cleaned_data.get("DELETE"))]
        if self.instance.published_at is not None and not remaining:
            raise ValidationError(_("What is public cites at least one source."))


class CitationInline(BaseCitationInline):
    model = Citation
    formset = EntryCitationFormSet
    follows_title = True

    def get_extra(self, request: HttpRequest, obj: Entry | None = None, **kwargs: object) -> int:
        # Every entry cites a source, so the form of one that cites none has a row for it.
        return 0 if obj is not None and obj.citations.all() else 1


class RelationInline(base.PartInline):
    model = PolicyRelation
    fk_name = "from_policy"
    fields = [("type", "to_policy"), "change", "change_en"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("from_policy", "to_policy")


class AssessmentInline(base.PartInline):
    model = GoalAssessment
    fields = [("date", "number"), ("delivery", "evidence"), "note", "note_en"]


class AssessmentCitationInline(BaseCitationInline):
    model = AssessmentCitation
    first_fields = [("assessment_date", "assessment_number"), *BaseCitationInline.first_fields]


class BaseEntryAdmin(StageColumnsAdmin, ExportAdmin):
    """What every admin that lists entries shares."""

    list_display = ["title", "when", "phase", "stage", "citation_count", "last_change"]
    list_filter = [StatusFilter, MissingDataFilter, YearFilter, *REFERENCE_FILTERS]
    list_select_related = ["phase"]
    # Besides what search documents contain.
    search_fields = ["slug"]
    search_help_text = _("Title, number or text, in simplified or traditional characters.")
    markdown_fields = ("body", "body_en")
    inlines = [CitationInline]

    # The form in the order of work. Further fields of a kind are added automatically, English ones to the
    # English.
    content_fields: ClassVar[Sequence[str | tuple[str, ...]]] = []
    date_fields: ClassVar[Sequence[str | tuple[str, ...]]] = ["date"]

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> base.Fieldsets:
        sections: list[tuple[Promise | None, Sequence[str | tuple[str, ...]], list[str]]] = [
            (None, ["title", *self.content_fields], []),
            (_("When"), self.date_fields, []),
            (_("Where it belongs"), ["phase", "topics"], []),
            (_("Text"), ["summary", "body", "editor_note", "examined"], []),
            (_("Address"), ["slug"], ["after"]),
        ]
        placed = {field for _name, fields, _classes in sections for field in base.field_names(fields)}
        left = [name for name in base.field_names(self.get_fields(request, obj)) if name not in placed]
        english = [name for name in left if name.endswith(ENGLISH)]
        own = [name for name in left if name not in english]
        if own:
            sections.insert(4, (_("Particulars"), own, []))
        if english:
            sections.insert(-1, (_("In English"), english, ["collapse", "after"]))
        return [(name, {"fields": fields, "classes": classes}) for name, fields, classes in sections]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model._default_manager.chronological()

    def with_columns(self, rows: QuerySet) -> QuerySet:
        cited = Citation.objects.filter(entry=OuterRef("pk"))
        return super().with_columns(rows).annotate(citation_number=base.count_subquery(cited))

    @admin.display(description=_("date"), ordering="sort_earliest")
    def when(self, entry: Entry) -> str | None:
        """The date, and which date it is if not the entry's own."""
        if entry.timeline_date is None:
            return None
        text = base.format_partial_date(entry.timeline_date)
        if entry.timeline_date_source == TimelineDateSource.OWN:
            return text
        return format_html(
            '{}<br><span class="basis">{}</span>', text, TimelineDateSource(entry.timeline_date_source).label
        )

    @admin.display(description=_("citations"), ordering="citation_number")
    def citation_count(self, entry: Entry) -> int:
        return getattr(entry, "citation_number", 0)


class EntryAdmin(PublishedRecordAdmin, BaseEntryAdmin):
    """The admin of a kind of entry: editing and publication."""


@admin.register(Entry)
class AnyEntryAdmin(BaseEntryAdmin):
    """All kinds together, for search and for the autocomplete of `declared by`.

    Entries are edited in the admin of their kind, to which every row links.
    """

    inlines = []
    list_display = ["titled", "kind", "when", "phase", "stage", "citation_count", "last_change"]
    list_display_links = None
    list_filter = [StatusFilter, "kind", MissingDataFilter, YearFilter, *REFERENCE_FILTERS]

    extra_urls = [
        ("schedule/", schedule.ScheduleView, "schedule"),
        *(
            (f"<path:object_id>/{name}/", any_entry.KindRedirectView, name)
            for name in ("change", "delete", "history")
        ),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Adds the answers to the scripts, which the forms of all admins use."""
        date, text = (
            self.admin_site.admin_view(view.as_view(admin=self))
            for view in (any_entry.PartialDateView, any_entry.MarkdownView)
        )
        return [
            path("partial-date/", date, name="timeline_partial_date"),
            path("markdown/", text, name="timeline_markdown"),
            *super().get_urls(),
        ]

    @admin.display(description=_("title"), ordering="title")
    def titled(self, entry: Entry) -> str:
        return format_html('<a href="{}">{}</a>', base.record_admin_url(entry), entry.title)

    def get_search_results(
        self, request: HttpRequest, queryset: EntryQuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if request.GET.get("field_name") == "declared_by":
            found = found.exclude(kind=Kind.GOAL)
        return found, may_repeat

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        # Checked, with an entry, when its policy, goal, … is deleted; this list itself deletes nothing.
        return obj is not None and super().has_delete_permission(request, obj)


class PolicyAddForm(DuplicateTitleForm, RecordForm):
    """The form of a new policy."""


@admin.register(Policy)
class PolicyAdmin(EntryAdmin):
    add_form = PolicyAddForm
    list_display = [
        "title", "document_number", "document_type", "when", "phase", "stage", "citation_count", "last_change",
    ]  # fmt: skip
    list_filter = [StatusFilter, MissingDataFilter, YearFilter, "document_type", *REFERENCE_FILTERS]
    inlines = [CitationInline, RelationInline]
    content_fields = [("document_type", "provisional"), "document_number", "issuers", "level"]
    date_fields = [
        "date", ("issued", "published_on"), ("effective_from", "effective_until"), "validity", "covers",
    ]  # fmt: skip


@admin.register(PilotDesignation)
class PilotDesignationAdmin(EntryAdmin):
    list_display = [
        "title", "programme", "batch", "designee", "when", "phase", "stage", "citation_count", "last_change",
    ]  # fmt: skip
    list_select_related = ["phase", "designee"]
    content_fields = [("programme", "batch"), "designee", "areas", "authorities"]


@admin.register(Milestone)
class MilestoneAdmin(EntryAdmin):
    content_fields = ["occasion", "organizations", "areas", "policies"]


@admin.register(Goal)
class GoalAdmin(EntryAdmin):
    list_display = ["title", "when", "due", "known", "phase", "stage", "citation_count", "last_change"]
    inlines = [CitationInline, AssessmentInline, AssessmentCitationInline]
    content_fields = ["declared_by", "indicator"]
    date_fields = ["date", "target", "searched_on", "search_note"]

    def with_columns(self, rows: EntryQuerySet) -> QuerySet:
        return super().with_columns(rows.with_newest_assessment())

    @admin.display(description=_("due"), ordering="target")
    def due(self, goal: Goal) -> str | None:
        return base.format_partial_date(goal.target)

    @admin.display(description=_("what is known"))
    def known(self, goal: Goal) -> str:
        return goal.state_label()


for kind in Kind:
    # A kind without a screen of its own has the one that all share.
    if not admin.site.is_registered(kind.model):
        admin.site.register(kind.model, EntryAdmin)
