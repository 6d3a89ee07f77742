"""The admins of the kinds of entry, and of all entries together. Publication uses the transitions of `workflow`."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from timeline.admin import base
from timeline.admin.duplicate_titles import DuplicateTitleForm
from timeline.admin.entry_editing import EntryEditingAdmin
from timeline.admin.exports import ExportAdmin
from timeline.admin.filters import MissingDataFilter, ReferenceFilter, StatusFilter, YearFilter
from timeline.admin.transition_buttons import EntryForm
from timeline.admin.views import any_entry, history, previews, working_copies
from timeline.admin.views.transitions import TransitionView, open_transition_page
from timeline.editing.stages import is_returned, stage_of
from timeline.models import (
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Kind,
    Milestone,
    PilotDesignation,
    Policy,
    PolicyRelation,
    Revision,
)
from timeline.models.entries import EntryQuerySet
from timeline.models.timeline_position import TimelineDateSource
from timeline.values.text import clean_line
from timeline.workflow import TRANSITIONS

REFERENCE_FILTERS = [("phase", ReferenceFilter), ("topics", ReferenceFilter)]


class CitationFormSet(base.PartInlineFormSet):
    """Citations, at least one of which an entry that was ever public must keep."""

    def clean(self) -> None:
        super().clean()
        remaining = [form for form in self.forms if form.has_changed() or form.instance.pk]
        remaining = [form for form in remaining if not (self.can_delete and form.cleaned_data.get("DELETE"))]
        if self.instance.published_at is not None and not remaining:
            raise ValidationError(_("What is public cites at least one source."))


class CitationInline(base.BaseCitationInline):
    model = Citation
    formset = CitationFormSet


class RelationInline(base.PartInline):
    model = PolicyRelation
    fk_name = "from_policy"
    fields = [("type", "to_policy")]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("from_policy", "to_policy")


class AssessmentInline(base.PartInline):
    model = GoalAssessment
    fields = [("date", "delivery", "evidence"), ("source", "locator"), "note", "note_en"]


class BaseEntryAdmin(ExportAdmin):
    """What every admin that lists entries shares."""

    list_display = ["title", "when", "phase", "stage", "citation_count", "last_change"]
    list_filter: list[Any] = [StatusFilter, MissingDataFilter, YearFilter, *REFERENCE_FILTERS]
    list_select_related = ["phase"]
    # Makes the admin display a search field; get_search_results() does the search.
    search_fields = ["slug"]
    search_help_text = _("Title, number or text, in simplified or traditional characters.")
    markdown_fields = ("body", "body_en")
    inlines = [CitationInline]
    save_on_top = True

    # The form in the order of work. Further fields of a kind are added automatically, English ones to the
    # English.
    content_fields: ClassVar[list[Any]] = ["title"]
    date_fields: ClassVar[list[Any]] = ["date"]

    def get_fieldsets(self, request: HttpRequest, obj: Entry | None = None) -> base.Fieldsets:
        sections: list[tuple[Any, list[Any], list[str]]] = [
            (None, self.content_fields, []),
            (_("When"), self.date_fields, []),
            (_("Where it belongs"), ["phase", "topics"], []),
            (_("Text"), ["summary", "body", "editor_note"], []),
            (_("Address"), ["slug"], ["after"]),
            (_("Publication"), self.extra_fields(request, obj), ["after"]),
        ]
        placed = {field for _name, fields, _classes in sections for field in base.field_names(fields)}
        # Fields that are no columns are placed by `extra_fields`, or not at all.
        placed |= self.form.declared_fields.keys()
        left = [name for name in base.field_names(self.get_fields(request, obj)) if name not in placed]
        english = [name for name in left if name.endswith("_en")]
        own = [name for name in left if name not in english]
        if own:
            sections.insert(4, (_("Particulars"), own, []))
        sections.insert(-2, (_("In English"), english, ["collapse", "after"]))
        return [(name, {"fields": fields, "classes": classes}) for name, fields, classes in sections]

    def extra_fields(self, request: HttpRequest, obj: Entry | None) -> list[str]:
        """The fields of the form besides the columns."""
        return []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.model._default_manager.chronological()

    def with_columns(self, rows: QuerySet) -> QuerySet:
        cited = Citation.objects.filter(entry=OuterRef("pk"))
        revisions = Revision.objects.filter(entry=OuterRef("pk"), applied=True).order_by("-number")
        return rows.annotate(
            citation_number=base.count_subquery(cited),
            last_changed_by=Subquery(revisions.values("created_by__username")[:1]),
            is_returned=is_returned(),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: EntryQuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """The result of the public search, drafts included, or entries with the words in their slug."""
        text = clean_line(search_term)
        return queryset.matching(text) | queryset.filter(slug__icontains=text), False

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

    @admin.display(description=_("status"), ordering="status")
    def stage(self, entry: Entry) -> str:
        stage = stage_of(entry, is_returned=getattr(entry, "is_returned", False))
        if stage.name == "scheduled":
            return format_html(
                '<span class="stage stage-scheduled">{}</span><br><span class="basis">{}</span>',
                stage.label,
                base.format_timestamp(entry.published_at),
            )
        return format_html('<span class="stage stage-{}">{}</span>', entry.status, stage.label)

    @admin.display(description=_("citations"), ordering="citation_number")
    def citation_count(self, entry: Any) -> int:
        return entry.citation_number

    @admin.display(description=_("last change"), ordering="changed_at")
    def last_change(self, entry: Any) -> str:
        """The time of the last change and, if the list has it, its author."""
        day, time = base.format_timestamp(entry.changed_at).split()
        by = getattr(entry, "last_changed_by", None)
        text = format_html('{} <span class="basis">{}</span>', day, time)
        return format_html('{}<br><span class="basis">{}</span>', text, by) if by else text


class EntryAdmin(EntryEditingAdmin, BaseEntryAdmin):
    """The admin of a kind of entry: editing and publication."""

    change_list_template = "admin/timeline/entry_change_list.html"
    object_history_template = "admin/timeline/entry_history.html"
    extra_urls = [
        # "verb" is the older word for a transition, which the addresses keep.
        ("verb/<slug:name>/", TransitionView, "verb"),
        ("deleted/", history.DeletedDraftsView, "deleted"),
        ("deleted/<int:object_id>/recover/", history.RecoverView, "recover"),
        ("<path:object_id>/history/", history.HistoryView, "history"),
        ("<int:object_id>/revisions/<int:old>/<int:new>/", history.ComparisonView, "compare"),
        ("<int:object_id>/revisions/<int:number>/restore/", history.RestoreView, "restore"),
        ("<int:object_id>/working-copy/", working_copies.WorkingCopyView, "working_copy"),
        ("<int:object_id>/working-copy/preview/", previews.WorkingCopyPreviewView, "preview"),
        ("<int:object_id>/working-copy/publish/", working_copies.PublishWorkingCopyView, "publish_copy"),
        ("<int:object_id>/working-copy/discard/", working_copies.DiscardWorkingCopyView, "discard_copy"),
        ("<int:object_id>/preview/", previews.EntryPreviewView, "entry_preview"),
        *EntryEditingAdmin.extra_urls,
    ]

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        return super().get_actions(request) | {
            transition.name: (open_transition_page, transition.name, transition.label)
            for transition in TRANSITIONS.values()
            if request.user.has_perm(transition.permission)
        }

    def extra_fields(self, request: HttpRequest, obj: Entry | None) -> list[str]:
        available_transitions = [
            transition["name"] for transition in self.available_transitions(request, obj)
        ]
        # A withdrawn entry is published again at once.
        may_wait = "publish" in available_transitions and not (obj and obj.is_ever_public)
        return ["why", "public_from"] if may_wait else ["why"]

    def get_view_on_site_url(self, obj: Entry | None = None) -> str | None:
        """The public page; of an entry that has none, the preview."""
        if obj is not None and not obj.is_public:
            return self.admin_url("entry_preview", obj.pk)
        return super().get_view_on_site_url(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_ever_public)


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
        (f"<path:object_id>/{name}/", any_entry.KindRedirectView, name)
        for name in ("change", "delete", "history")
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
        return format_html('<a href="{}">{}</a>', base.entry_admin_url(entry), entry.title)

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


class PolicyAddForm(DuplicateTitleForm, EntryForm):
    """The form of a new policy."""


@admin.register(Policy)
class PolicyAdmin(EntryAdmin):
    add_form = PolicyAddForm
    list_display = [
        "title", "document_number", "document_type", "when", "phase", "stage", "citation_count", "last_change",
    ]  # fmt: skip
    list_filter = [StatusFilter, MissingDataFilter, YearFilter, "document_type", *REFERENCE_FILTERS]
    inlines = [CitationInline, RelationInline]
    content_fields = ["title", ("document_type", "provisional"), "document_number", "issuers", "level"]
    date_fields = [
        "date", ("issued", "published_on"), ("effective_from", "effective_until"), "validity", "covers",
    ]  # fmt: skip


@admin.register(PilotDesignation)
class PilotDesignationAdmin(EntryAdmin):
    list_display = [
        "title", "programme", "batch", "designee", "when", "phase", "stage", "citation_count", "last_change",
    ]  # fmt: skip
    list_select_related = ["phase", "designee"]
    content_fields = ["title", ("programme", "batch"), "designee", "areas", "authority"]


@admin.register(Milestone)
class MilestoneAdmin(EntryAdmin):
    content_fields = ["title", "occasion", "organizations", "policies"]


@admin.register(Goal)
class GoalAdmin(EntryAdmin):
    list_display = ["title", "when", "due", "known", "phase", "stage", "citation_count", "last_change"]
    inlines = [CitationInline, AssessmentInline]
    content_fields = ["title", "declared_by", "indicator"]
    date_fields = ["date", "target"]

    def with_columns(self, rows: QuerySet) -> QuerySet:
        return super().with_columns(rows).prefetch_related("assessments")

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
