"""The page of an edit conflict: theirs, mine and the original, column by column."""

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from timeline.accounts.names import display_name
from timeline.admin.citations import log_new_sources
from timeline.admin.form_drafts import DRAFT_FIELD, TOKEN_FIELD, mark_saved
from timeline.admin.form_messages import recreated_message
from timeline.admin.hidden_fields import (
    BASE_FIELD,
    MINE_FIELD,
    NEW_SOURCES_FIELD,
    PUBLIC_TEXT_FIELD,
    THEIRS_FIELD,
    sign,
    sign_new_sources,
    unsign,
    unsign_new_sources,
)
from timeline.admin.record_views import RecordViewsAdmin, actor, is_popup_request
from timeline.admin.transition_buttons import (
    PRESSED_FIELD,
    TRANSITION_FIELD,
    ToldForm,
    approval_of,
    get_transition_or_404,
)
from timeline.editing import saving
from timeline.editing.answers import Conflict, Refused, Saved
from timeline.editing.comparison import row_digest
from timeline.editing.conflicts import BOTH, BOTH_MINE, BOTH_THEIRS, MINE, THEIRS
from timeline.editing.saving import Edit
from timeline.models import Revision

# The prefix of the fields with the chosen sides.
SIDE_PREFIX = "take-"

# The labels of the sides, between two editors, two pages of one person, and a working copy and the public text.
LABELS = {
    THEIRS: gettext_lazy("Theirs"),
    MINE: gettext_lazy("Mine"),
    BOTH: gettext_lazy("Both"),
    BOTH_THEIRS: gettext_lazy("Both; where both changed the same, theirs"),
    BOTH_MINE: gettext_lazy("Both; where both changed the same, mine"),
}
LABELS_OF_TWO_PAGES = {
    THEIRS: gettext_lazy("What you saved on the other page"),
    MINE: gettext_lazy("What you typed on this page"),
    BOTH: gettext_lazy("Both"),
    BOTH_THEIRS: gettext_lazy("Both; where both changed the same, the other page"),
    BOTH_MINE: gettext_lazy("Both; where both changed the same, this page"),
}
LABELS_WITH_PRESENT_TEXT = {
    THEIRS: gettext_lazy("Present text"),
    MINE: gettext_lazy("Working copy"),
    BOTH: gettext_lazy("Both"),
    BOTH_THEIRS: gettext_lazy("Both; where both changed the same, the present text"),
    BOTH_MINE: gettext_lazy("Both; where both changed the same, the working copy"),
}
LABELS_WITH_PUBLIC_TEXT = {
    THEIRS: gettext_lazy("Public text"),
    MINE: gettext_lazy("Working copy"),
    BOTH: gettext_lazy("Both"),
    BOTH_THEIRS: gettext_lazy("Both; where both changed the same, the public text"),
    BOTH_MINE: gettext_lazy("Both; where both changed the same, the working copy"),
}


def render_conflict(admin: RecordViewsAdmin, request: HttpRequest, conflict: Conflict) -> HttpResponse:
    """The page of the conflict, with all of the input."""
    record, table, given = conflict.record, admin.table, request.POST
    chosen = {column.name: given.get(SIDE_PREFIX + column.name) for column in conflict.columns}
    errors = conflict.errors
    if THEIRS_FIELD in given and not all(chosen.values()):
        errors = [_("Both of you changed some fields: choose one of the two for each."), *errors]
    passed_on = {
        name: given[name]
        for name in (IS_POPUP_VAR, TO_FIELD_VAR, TOKEN_FIELD, DRAFT_FIELD, PRESSED_FIELD)
        if name in given
    }
    if TRANSITION_FIELD in given:
        passed_on[PRESSED_FIELD] = given[TRANSITION_FIELD]
    if conflict.with_public_text:
        passed_on[PUBLIC_TEXT_FIELD] = "1"
    if conflict.new_sources:
        passed_on[NEW_SOURCES_FIELD] = sign_new_sources(conflict.new_sources, table, record.pk)
    last = _last_save(conflict)
    is_own = last is not None and last.created_by == request.user
    title, labels = _("Somebody else saved this meanwhile"), LABELS
    if conflict.with_public_text and not record.is_public:
        title, labels = (
            _("The text was changed since this working copy was begun"),
            LABELS_WITH_PRESENT_TEXT,
        )
    elif conflict.with_public_text:
        title, labels = (
            _("The public text was changed since this working copy was begun"),
            LABELS_WITH_PUBLIC_TEXT,
        )
    elif is_own:
        title, labels = _("You saved this on another page meanwhile"), LABELS_OF_TWO_PAGES
    return admin.render_page(
        request,
        "conflict",
        record,
        409,
        title=title,
        with_public_text=conflict.with_public_text,
        is_public=record.is_public,
        columns=[
            (
                column,
                chosen[column.name] or column.side,
                [(side, labels[side], text) for side, text in column.sides.items()],
            )
            for column in conflict.columns
        ],
        errors=errors,
        who=display_name(last.created_by) if last else "",
        when=last.created_at if last else None,
        is_own=is_own,
        base=sign(conflict.base, table, record.pk),
        mine=sign(conflict.mine, table, record.pk),
        theirs=row_digest(conflict.theirs),
        told=ToldForm(given),
        passthrough_fields=passed_on.items(),
        address=admin.admin_url("conflict", record.pk),
    )


def _last_save(conflict: Conflict) -> Revision | None:
    """The revision that the conflict is with."""
    revisions = Revision.objects.for_record(conflict.record).by_number().select_related("created_by")
    return (revisions.applied() if conflict.with_public_text else revisions).last()


class ConflictView(View):
    """Saves the choice between theirs and mine, column by column."""

    admin: RecordViewsAdmin = None

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not self.admin.has_change_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, object_id: int) -> HttpResponse:
        # After a login in between: the browser still has the form with the input.
        return HttpResponseRedirect(self.admin.admin_url("change", object_id))

    def post(self, request: HttpRequest, object_id: int) -> HttpResponse:
        admin, table, given = self.admin, self.admin.table, request.POST
        told = ToldForm(given)
        is_told = told.is_valid()
        edit = Edit(
            actor(request),
            told.cleaned_data.get("why", ""),
            approval=approval_of(told),
            may_create=admin.has_add_permission(request),
            new_sources=unsign_new_sources(request, table, object_id),
        )
        base = unsign(request, BASE_FIELD, table, object_id)
        mine = unsign(request, MINE_FIELD, table, object_id)
        with_public_text = PUBLIC_TEXT_FIELD in given
        if not is_told:
            conflict = saving.find_conflict(
                table, object_id, base=base, mine=mine, edit=edit, with_public_text=with_public_text
            )
            return self._refuse(told) if conflict is None else render_conflict(admin, request, conflict)
        with transaction.atomic():
            answer = saving.resolve(
                table,
                object_id,
                base=base,
                mine=mine,
                seen=given.get(THEIRS_FIELD, ""),
                sides={name.removeprefix(SIDE_PREFIX): side for name, side in given.items()},
                edit=edit,
                with_public_text=with_public_text,
            )
            log_new_sources(admin, request, edit.new_sources)
            is_recreated = isinstance(answer, Saved) and answer.is_recreated
            if isinstance(answer, Saved) and not is_recreated:
                admin.log_change(request, answer.record, _("Saved, with what you chose."))
        if isinstance(answer, Conflict):
            return render_conflict(admin, request, answer)
        if isinstance(answer, Refused):
            # The record is gone, and what was typed cannot be saved as it is.
            admin.message_user(request, " ".join(answer.reasons), messages.ERROR)
            return HttpResponseRedirect(admin.admin_url("changelist"))
        if is_popup_request(request) and not is_recreated:
            return mark_saved(request, admin.response_change(request, answer.record))
        if is_recreated:
            admin.message_user(request, recreated_message(answer.record), messages.WARNING)
        else:
            admin.message_user(request, _("Saved, with what you chose."))
        if PRESSED_FIELD in given:
            label = get_transition_or_404(given[PRESSED_FIELD]).label
            message = _("“%(verb)s” was not done: press it now if all is as you want it.") % {"verb": label}
            admin.message_user(request, message, messages.WARNING)
        return mark_saved(request, HttpResponseRedirect(admin.admin_url("change", object_id)))

    def _refuse(self, told: ToldForm) -> HttpResponse:
        """Of a record that is gone: the browser still has what was typed."""
        reasons = [str(reason) for found in told.errors.values() for reason in found]
        self.admin.message_user(self.request, " ".join(reasons), messages.ERROR)
        return HttpResponseRedirect(self.admin.admin_url("changelist"))
