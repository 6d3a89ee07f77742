"""The admin of what is published: its form, and the pages of all that is done with a record."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from timeline.admin.change_form import RecordFormView
from timeline.admin.choosers import label_choice
from timeline.admin.conflict_page import ConflictView
from timeline.admin.deletion import (
    REASON_FIELD,
    delete_selected_drafts,
    refusals,
    refuse_to_delete,
    with_reason,
)
from timeline.admin.english_fields import Line, without_english
from timeline.admin.exports import ExportAdmin
from timeline.admin.record_views import actor, is_popup_request
from timeline.admin.stage_columns import StageColumnsAdmin
from timeline.admin.transition_buttons import RecordForm, TransitionInputsForm
from timeline.admin.views import (
    assignments,
    comments,
    history,
    open_forms,
    previews,
    publication,
    restoring,
    working_copies,
)
from timeline.admin.views.transitions import TransitionView, open_transition_page
from timeline.editing.deletion import delete_by_hand, objections_to_deleting
from timeline.editing.transitions import applies_to_copy, available_transitions, begins_over_scheduled
from timeline.editing.working_copies import find_working_copy
from timeline.models.records import Record
from timeline.workflow import TRANSITIONS, Transition


class PublishedRecordAdmin(StageColumnsAdmin, ExportAdmin):
    """The admin of records that are published: their form, working copies, history and transitions.

    Each save leaves exactly one revision and overwrites nobody's work. Only drafts are deleted.
    """

    form = RecordForm
    delete_confirmation_template = "admin/timeline/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/timeline/delete_selected_confirmation.html"
    change_form_template = "admin/timeline/record_change_form.html"
    change_list_template = "admin/timeline/record_change_list.html"
    object_history_template = "admin/timeline/record_history.html"
    extra_urls = [
        # "verb" is the older word for a transition, which the addresses keep.
        ("verb/<slug:name>/", TransitionView, "verb"),
        ("deleted/", restoring.DeletedDraftsView, "deleted"),
        ("deleted/<int:object_id>/recover/", restoring.RecoverView, "recover"),
        ("<path:object_id>/history/", history.HistoryView, "history"),
        ("<int:object_id>/revisions/<int:old>/<int:new>/", history.ComparisonView, "compare"),
        ("<int:object_id>/revisions/<int:number>/restore/", restoring.RestoreView, "restore"),
        ("<int:object_id>/working-copy/", working_copies.WorkingCopyView, "working_copy"),
        ("<int:object_id>/working-copy/preview/", previews.WorkingCopyPreviewView, "preview"),
        ("<int:object_id>/working-copy/scheduled/", working_copies.ScheduledCopyView, "scheduled_copy"),
        (
            "<int:object_id>/working-copy/scheduled/preview/",
            previews.ScheduledCopyPreviewView,
            "preview_scheduled",
        ),
        ("<int:object_id>/working-copy/publish/", publication.PublishWorkingCopyView, "publish_copy"),
        ("<int:object_id>/working-copy/discard/", working_copies.DiscardWorkingCopyView, "discard_copy"),
        ("<int:object_id>/working-copy/<slug:step>/", working_copies.CopyTransitionView, "copy_verb"),
        ("<int:object_id>/preview/", previews.RecordPreviewView, "draft_preview"),
        ("<int:object_id>/comments/", comments.CommentsView, "comments"),
        ("<int:object_id>/assign/", assignments.AssignView, "assign"),
        ("<int:object_id>/open/", open_forms.OpenFormView, "open"),
        ("<int:object_id>/publication/", publication.PublicationView, "publication"),
        ("<int:object_id>/conflict/", ConflictView, "conflict"),
    ]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Line]:
        """The columns. The other fields of the form stand beside its buttons."""
        beside = TransitionInputsForm.declared_fields
        columns = [name for name in super().get_fields(request, obj) if name not in beside]
        return without_english(columns, request, [] if obj is None else [obj])

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        actions = super().get_actions(request)
        if (deletion := actions.get("delete_selected")) is not None:
            actions["delete_selected"] = (delete_selected_drafts, *deletion[1:])
        return actions | {
            transition.name: (open_transition_page, transition.name, transition.label)
            for transition in TRANSITIONS.values()
            if request.user.has_perm(transition.permission)
        }

    def get_view_on_site_url(self, obj: Record | None = None) -> str | None:
        """The public page; of a record that has none, the preview."""
        if obj is not None and not obj.is_public:
            return self.admin_url("draft_preview", obj.pk)
        return super().get_view_on_site_url(obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponseBase:
        view = RecordFormView.as_view(admin=self, extra_context=extra_context)
        return view(request, object_id=object_id)

    def response_add(
        self, request: HttpRequest, obj: Record, post_url_continue: str | None = None
    ) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return label_choice(response, obj) if is_popup_request(request) else response

    def response_change(self, request: HttpRequest, obj: Record) -> HttpResponse:
        response = super().response_change(request, obj)
        return label_choice(response, obj) if is_popup_request(request) else response

    def available_transitions(
        self, request: HttpRequest, record: Record | None, *, of_copies: bool = True
    ) -> list[dict[str, str]]:
        """The transitions that the user may perform on the record, or on a new one, with their URLs.

        `of_copies` is whether those of its working copy are among them.
        """
        copy = find_working_copy(record) if record and record.is_ever_public else None

        def button(transition: Transition) -> dict[str, str]:
            of_copy = record is not None and applies_to_copy(transition, record, copy)
            page = f"{self.admin_url('verb', transition.name)}?ids={record.pk}" if record else ""
            if of_copy and record is not None:
                begins = copy is None or begins_over_scheduled(transition, copy)
                page = "" if begins else self.admin_url("copy_verb", record.pk, transition.name)
            # What nobody has seen yet is not withdrawn, but called off.
            is_ahead = record is not None and record.is_published_or_scheduled and not record.is_public
            is_called_off = is_ahead and transition.ends_publication
            label = transition.label_of_copy if of_copy or is_called_off else str(transition.label)
            if of_copy and copy is None:
                label = transition.label_of_change
            return {"name": transition.name, "label": label, "address": page}

        return [
            button(transition)
            for transition in available_transitions(record, copy, request.user)
            if of_copies or record is None or not applies_to_copy(transition, record, copy)
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_ever_public)

    def get_deleted_objects(
        self, objs: Collection[Record], request: HttpRequest
    ) -> tuple[list[object], dict[str, int], set[str], list[str | list[str]]]:
        """What prevents the deletion also are the refusals of the records, whoever asks."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        refused = refusals(request, objs)
        return to_delete, counts, set() if refused else lacking, [*refused, *protected]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Refuse to delete a record that was ever public, and offer to withdraw it; and what others delete."""
        record = self.get_object(request, object_id)
        if record is None or not self.has_view_permission(request, record):
            return super().delete_view(request, object_id, extra_context)
        if record.is_ever_public:
            return refuse_to_delete(self, request, record)
        if not self.has_delete_permission(request, record):
            raise PermissionDenied
        if objections_to_deleting([record], actor(request)):
            return refuse_to_delete(self, request, record)
        request, form = with_reason(request, [record], is_sent=request.method == "POST")
        try:
            page = super().delete_view(request, object_id, {**(extra_context or {}), "reason_form": form})
        except ProtectedError:
            # Published or submitted meanwhile.
            return refuse_to_delete(self, request, self.get_record_or_404(request, object_id))
        # What answers a popup has no title.
        if isinstance(page, TemplateResponse) and page.context_data and "title" in page.context_data:
            page.context_data["title"] = f"{page.context_data['title']} · {record}"
        return page

    def delete_model(self, request: HttpRequest, obj: Record) -> None:
        delete_by_hand([obj], by=actor(request), comment=request.POST.get(REASON_FIELD, ""))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        delete_by_hand([*queryset], by=actor(request), comment=request.POST.get(REASON_FIELD, ""))
