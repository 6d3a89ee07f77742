"""The page on which a submission is assigned to a reviewer, or to nobody."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.accounts.names import display_name
from timeline.admin.base import set_choices
from timeline.admin.form_drafts import mark_saved
from timeline.admin.record_views import actor
from timeline.admin.views.base import RecordView
from timeline.editing.assignments import (
    assign,
    find_assignment,
    is_in_review,
    may_assign,
    possible_reviewers,
)


class AssignmentForm(forms.Form):
    """Who is to review it."""

    user = forms.TypedChoiceField(
        label=gettext_lazy("Who reviews it"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, label_suffix="", initial=initial)
        self.users = {user.pk: user for user in possible_reviewers()}
        people = ((key, display_name(user)) for key, user in self.users.items())
        set_choices(self, "user", [("", _("Nobody")), *people])


class AssignView(RecordView):
    """Assigns the submission of a record; reviewers may, and its authors as a proposal."""

    def has_permission(self) -> bool:
        return super().has_permission() and (
            not is_in_review(self.record) or may_assign(self.record, self.request.user)
        )

    def unavailable(self) -> HttpResponse | None:
        if is_in_review(self.record):
            return None
        return self.refuse(_("It does not wait for a reviewer."), self._change_url())

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        former = find_assignment(self.record)
        return self._ask(AssignmentForm(initial={"user": former.user_id if former else ""}))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        form = AssignmentForm(request.POST)
        if not form.is_valid():
            return self._ask(form)
        user = form.users.get(form.cleaned_data["user"])
        try:
            assign(self.record, user, by=actor(request))
        except ValidationError as refusal:
            return self.refuse(" ".join(refusal.messages), self._change_url())
        message = (
            _("Assigned to %(name)s.") % {"name": display_name(user)} if user else _("Assigned to nobody.")
        )
        self.admin.message_user(request, message)
        return mark_saved(request, HttpResponseRedirect(self._change_url()))

    def _change_url(self) -> str:
        return self.admin.admin_url("change", self.record.pk)

    def _ask(self, form: AssignmentForm) -> HttpResponse:
        return self.render(
            "confirmation",
            title=_("Assign the review"),
            message=_("It stands first in that person's queue, and they are told by mail."),
            button=_("Assign"),
            back_url=self._change_url(),
            form=form,
        )
