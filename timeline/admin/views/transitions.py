"""The page of a transition, for links and bulk actions: asks for its inputs and performs it."""

import datetime
import functools
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.accounts.notifications import notifications_together
from timeline.admin import base
from timeline.admin.base import field_url, parse_primary_key, record_admin_url
from timeline.admin.form_drafts import mark_saved
from timeline.admin.hidden_fields import SEEN_NUMBER_FIELD, seen_drafts
from timeline.admin.named_drafts import describe_named_drafts, describe_naming, tell_published_with
from timeline.admin.publication_form import BulkPublicationForm
from timeline.admin.publication_url import TIME_FIELD, publication_url
from timeline.admin.record_status import label_of_stage
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.admin.transition_buttons import get_transition_or_404
from timeline.admin.transition_form import TransitionForm
from timeline.admin.views.base import AdminView
from timeline.editing.answers import Saved, Unconfirmed
from timeline.editing.approvals import Approval, needs_approval
from timeline.editing.checklist import Finding, warnings_left
from timeline.editing.revisions import latest_revision_numbers
from timeline.editing.stages import stage_of
from timeline.editing.transitions import perform_listed_transition, refusals_of
from timeline.i18n.display import format_datetime
from timeline.models import Revision
from timeline.models.records import Record
from timeline.workflow import Status

# In the address: the conditions of the list that asked for the transition, and to which it returns.
LIST_FIELD = "list"


class TransitionView(AdminView):
    """Asks for the inputs of a transition, and performs it on the records in `ids`."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.transition = get_transition_or_404(self.kwargs["name"])
        self.permission = self.transition.permission
        # All keys in one field: servers limit the number of fields (DATA_UPLOAD_MAX_NUMBER_FIELDS).
        self.ids = ",".join((request.POST or request.GET).getlist("ids")).split(",")
        self.keys = {key for text in self.ids if (key := parse_primary_key(text)) is not None}

    def unavailable(self) -> HttpResponse | None:
        if len(self.keys) <= base.MAX_SELECTED:
            return None
        return self.refuse(base.too_many_message(len(self.keys)), self.admin.admin_url("changelist"))

    @cached_property
    def records(self) -> list[Record]:
        return list(self.admin.get_queryset(self.request).filter(pk__in=self.keys))

    @cached_property
    def refusals(self) -> dict[int, str]:
        """Why the transition does not apply to some of the records, by key."""
        return refusals_of(self.records, self.transition, self.request.user)

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        if self.records and len(self.refusals) == len(self.records):
            for record in self.records:
                refusal = {"title": record, "message": self.refusals[record.pk]}
                self.admin.message_user(request, _("%(title)s: %(message)s") % refusal, messages.ERROR)
            return HttpResponseRedirect(self._return_url())
        if needs_approval(self.transition) and len(self.records) == 1:
            return HttpResponseRedirect(self.admin.admin_url("publication", self.records[0].pk))
        times = {record.public_from for record in self.records}
        # The time that is moved, if it is one.
        initial = {TIME_FIELD: times.pop()} if self.transition.scheduled_only and len(times) == 1 else {}
        return self._ask(self._form(initial=initial))

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        form = self._form(request.POST or None)
        return self._perform(form) if form.is_valid() else self._ask(form)

    def _form(self, *args: Any, **kwargs: Any) -> TransitionForm:
        told = _("Readers see this reason.") if self.transition.ends_publication else ""
        if needs_approval(self.transition):
            return BulkPublicationForm(self.warnings, self.transition.fields, *args, **kwargs)
        return TransitionForm(self.transition.fields, *args, reason_help=told, **kwargs)

    @cached_property
    def warnings(self) -> dict[Record, list[Finding]]:
        """What is to be confirmed of each record that is published as it is stored, without its working copy."""
        copies = Revision.objects.for_keys(self.admin.model, [record.pk for record in self._asked])
        with_copy = {*copies.working_copies().values_list("record", flat=True)}
        records = [record for record in self._asked if record.pk not in with_copy]
        return dict(zip(records, warnings_left(records), strict=True))

    def _ask_again(self, left: Sequence[Record]) -> HttpResponse:
        """Ask for what was left to confirm of these records, with everything that was typed."""
        numbers = self._seen_numbers
        self.ids = [str(record.pk) for record in left]
        self.records = [*left]
        for name in ("refusals", "warnings"):
            self.__dict__.pop(name, None)
        return self._ask(
            self._form(self.request.POST), ",".join(str(numbers.get(key, 0)) for key in self.ids)
        )

    @property
    def _seen_numbers(self) -> dict[str, int]:
        """The number of the newest revision of each record that the page showed, by its key as text."""
        seen = self.request.POST.get(SEEN_NUMBER_FIELD)
        pairs = zip(self.ids, seen.split(","), strict=False) if seen is not None else ()
        return {key: parse_primary_key(text) or 0 for key, text in pairs}

    def _ask(self, form: TransitionForm, numbers: str | None = None) -> HttpResponse:
        keys = ",".join(self.ids)
        numbers = self.request.POST.get(SEEN_NUMBER_FIELD) if numbers is None else numbers
        if numbers is None:
            asked = [record.pk for record in self._asked]
            newest = latest_revision_numbers(self.admin.model, asked)
            keys = ",".join(map(str, asked))
            numbers = ",".join(str(newest[key]) for key in asked)
        return self.admin.render_page(
            self.request,
            "transition",
            self.records[0] if len(self.records) == 1 else None,
            title=self.transition.label,
            transition=self.transition,
            records=[
                (record, stage.name, label_of_stage(stage, record), self.refusals.get(record.pk, ""))
                for record in self.records
                for stage in [stage_of(record, is_returned=False)]
            ],
            keys=keys,
            # What is asked again is still about the texts that were shown first.
            seen_number=numbers,
            form=form,
            back_url=self._return_url(),
            **self._consequences(),
        )

    @property
    def _asked(self) -> list[Record]:
        """The records to which the transition applies."""
        return [record for record in self.records if record.pk not in self.refusals]

    def _consequences(self) -> dict[str, Any]:
        """What becomes public with the records, or prevents their withdrawal."""
        if self.transition.target == Status.PUBLISHED:
            return describe_named_drafts(self._asked)
        if self.transition.ends_publication:
            return describe_naming(self.admin.model, self._asked)
        return {}

    def _perform(self, form: TransitionForm) -> HttpResponse:
        inputs = form.inputs()
        confirmed = form.confirmed if isinstance(form, BulkPublicationForm) else {}
        tell = functools.partial(self.admin.message_user, self.request)
        numbers = self._seen_numbers
        done, started = 0, timezone.now()
        with notifications_together():
            answers = [
                (
                    record,
                    perform_listed_transition(
                        self.admin.model,
                        record.pk,
                        self.transition.name,
                        by=actor(self.request),
                        seen_number=numbers.get(str(record.pk)),
                        seen_drafts=seen_drafts(self.request),
                        approval=Approval(confirmed.get(record, ())),
                        **inputs,
                    ),
                )
                for record in self.records
            ]
        for record, answer in answers:
            if isinstance(answer, Saved):
                done += 1
                continue
            if isinstance(answer, Unconfirmed):
                tell(_link_to_publication(answer), messages.WARNING)
                continue
            for field, found in answer.messages.items():
                for message in found:
                    said = {"title": record, "message": message}
                    text = (
                        _link_to_field(record, field, message)
                        if field
                        else _("%(title)s: %(message)s") % said
                    )
                    tell(text, messages.ERROR)
        if not self.records:
            tell(_("Somebody deleted this meanwhile."), messages.ERROR)
        unconfirmed = [answer.checklist for _record, answer in answers if isinstance(answer, Unconfirmed)]
        if unconfirmed and len(answers) == 1:
            # What was typed goes on in the address.
            url = publication_url(unconfirmed[0].record, inputs)
            return mark_saved(self.request, HttpResponseRedirect(url))
        if done:
            tell(self._success_message(done, inputs.get("public_from")), messages.SUCCESS)
            tell_published_with(self.admin, self.request, self.records, started)
        if unconfirmed:
            return self._ask_again([one for one, answer in answers if isinstance(answer, Unconfirmed)])
        response = HttpResponseRedirect(self._return_url())
        # If some were refused, the browser keeps the draft, to submit it again.
        return mark_saved(self.request, response) if done == len(self.records) else response

    def _success_message(self, count: int, at: datetime.datetime | None) -> str:
        context = {"verb": self.transition.label, "count": count}
        if at is None:
            return ngettext("%(verb)s: %(count)s record.", "%(verb)s: %(count)s records.", count) % context
        message = ngettext(
            "%(verb)s: %(count)s record, public on %(when)s.",
            "%(verb)s: %(count)s records, public on %(when)s.",
            count,
        )
        return message % {**context, "when": format_datetime(at)}

    def _return_url(self) -> str:
        """The URL of the list with its conditions if that asked for the transition, or if there are several; else of the record."""
        query = self.request.GET.get(LIST_FIELD)
        if query is None and len(self.records) == 1:
            return record_admin_url(self.records[0])
        return self.admin.admin_url("changelist") + (f"?{query}" if query else "")


def _link_to_publication(answer: Unconfirmed) -> str:
    """The message that a record was not published, as a link to the page with its checklist."""
    record = answer.checklist.record
    count = len(answer.checklist.unconfirmed())
    message = ngettext(
        "%(title)s: not published, %(number)s warning is to be confirmed.",
        "%(title)s: not published, %(number)s warnings are to be confirmed.",
        count,
    )
    address = base.admin_url(type(record), "publication", record.pk)
    return format_html('<a href="{}">{}</a>', address, message % {"title": record, "number": count})


def _link_to_field(record: Record, field: str, message: str) -> str:
    """The message as a link to the field or the section of the form that it is about."""
    return format_html('<a href="{}">{}</a>', field_url(record, field), message)


def open_transition_page(
    modeladmin: RecordViewsAdmin, request: HttpRequest, queryset: QuerySet
) -> HttpResponse | None:
    """A bulk action: redirect to the page of the transition with the selected records."""
    keys = list(queryset.values_list("pk", flat=True))
    if len(keys) > base.MAX_SELECTED:
        modeladmin.message_user(request, base.too_many_message(len(keys)), messages.ERROR)
        return None
    transition = modeladmin.admin_url("verb", request.POST["action"])
    query = urlencode({"ids": ",".join(map(str, keys)), LIST_FIELD: request.GET.urlencode()}, safe=",")
    return HttpResponseRedirect(f"{transition}?{query}")
