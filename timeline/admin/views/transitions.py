"""The page of a transition, for links and bulk actions: asks for its inputs and performs it."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.accounts.notifications import notifications_together
from timeline.admin import base
from timeline.admin.base import field_url, parse_primary_key, record_admin_url
from timeline.admin.checklist_form import describe
from timeline.admin.copy_changes import Changes, changes_of
from timeline.admin.form_drafts import mark_saved
from timeline.admin.form_messages import story_message
from timeline.admin.hidden_fields import SEEN_NUMBER_FIELD, seen_drafts
from timeline.admin.named_drafts import (
    MAX_NAMED,
    describe_named_drafts,
    tell_published_with,
)
from timeline.admin.publication_form import BulkPublicationForm
from timeline.admin.publication_url import TIME_FIELD, publication_url
from timeline.admin.record_status import label_of_stage
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.admin.submitted_findings import tell_findings_of_all
from timeline.admin.transition_buttons import get_transition_or_404
from timeline.admin.transition_form import TransitionForm, TransitionInputs
from timeline.admin.views.base import AdminView
from timeline.editing.answers import Conflict, Refused, Saved, Unconfirmed
from timeline.editing.approvals import Approval, needs_approval
from timeline.editing.checklist import Finding, Level
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import in_story
from timeline.editing.revisions import latest_revision_numbers
from timeline.editing.stages import STAGES, stage_of
from timeline.editing.transition_plans import TransitionPlan, plan_transition
from timeline.editing.transitions import perform_listed_transition, refusals_of
from timeline.i18n.display import format_datetime
from timeline.models import Revision
from timeline.models.records import Record
from timeline.workflow import Status

# In the address: the conditions of the list that asked for the transition, and to which it returns.
LIST_FIELD = "list"
# In the form: the keys of the records that the page leaves out.
LEFT_OUT_FIELD = "left_out"


class TransitionView(AdminView):
    """Asks for the inputs of a transition, and performs it on the records in `ids`."""

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        self.transition = get_transition_or_404(self.kwargs["name"])
        self.permission = self.transition.permission
        # All keys in one field: servers limit the number of fields (DATA_UPLOAD_MAX_NUMBER_FIELDS).
        self.ids = ",".join((request.POST or request.GET).getlist("ids")).split(",")
        self.keys = _keys_in(self.ids)
        self.left_out = _keys_in(request.POST.get(LEFT_OUT_FIELD, "").split(",")) - self.keys

    def unavailable(self) -> HttpResponse | None:
        if (count := len(self.keys | self.left_out)) <= base.MAX_SELECTED:
            return None
        return self.refuse(base.too_many_message(count), self.admin.admin_url("changelist"))

    @cached_property
    def records(self) -> list[Record]:
        return self._records(self.keys)

    @cached_property
    def plan(self) -> TransitionPlan:
        """On which of the records the transition is performed, and why not on the others."""
        return plan_transition(self.records, self.transition, actor(self.request))

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        if len(self.records) == 1:
            (record,) = self.records
            if record.pk in self.plan.copies:
                return HttpResponseRedirect(
                    self.admin.admin_url("copy_verb", record.pk, self.transition.name)
                )
            if refusal := refusals_of([record], self.transition, request.user).get(record.pk):
                words = {"title": record, "message": refusal}
                self.admin.message_user(request, _("%(title)s: %(message)s") % words, messages.ERROR)
                return HttpResponseRedirect(self._return_url())
            if needs_approval(self.transition):
                return HttpResponseRedirect(self.admin.admin_url("publication", record.pk))
        # The time that is moved, if it is one.
        times = {*self._times}
        return self._ask(self._form(initial={TIME_FIELD: self._times[0]} if len(times) == 1 else {}))

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        form = self._form(request.POST or None)
        return self._perform(form) if form.is_valid() else self._ask(form)

    def _records(self, keys: Collection[int]) -> list[Record]:
        return list(self.admin.get_queryset(self.request).filter(pk__in=keys))

    def _form(
        self, data: QueryDict | None = None, initial: dict[str, object] | None = None
    ) -> TransitionForm:
        inputs = self.transition.fields
        if needs_approval(self.transition):
            return BulkPublicationForm(
                self.plan.performed, inputs, data, former=self.plan.confirmed, initial=initial
            )
        help_text = self._who_sees_reason()
        return TransitionForm(inputs, data, reason_help=help_text, times=self._times, initial=initial)

    def _who_sees_reason(self) -> str:
        """Who is told why a publication ends: readers are, where they have seen it."""
        if not self.transition.ends_publication:
            return ""
        seen = [record.is_public for record in self.plan.performed]
        if not any(seen):
            return _("It is only scheduled: colleagues see this reason, readers do not.")
        if not all(seen):
            return _("Readers see this reason, but not of what is only scheduled.")
        return _("Readers see this reason.")

    @property
    def _times(self) -> list[datetime.datetime]:
        """The times for which the records are scheduled that are moved to another."""
        if not self.transition.scheduled_only:
            return []
        return [record.public_from for record in self.plan.performed if record.public_from]

    @property
    def _seen_numbers(self) -> dict[str, int]:
        """The number of the newest revision of each record that the page showed, by its key as text."""
        seen = self.request.POST.get(SEEN_NUMBER_FIELD)
        pairs = zip(self.ids, seen.split(","), strict=False) if seen is not None else ()
        return {key: parse_primary_key(text) or 0 for key, text in pairs}

    def _ask(self, form: TransitionForm) -> HttpResponse:
        """The page about what the plan performs, with what it leaves out; that is left out when the form is sent as well."""
        keys = [record.pk for record in self.plan.performed]
        # What is asked again is still about the texts that were shown first.
        shown = self._seen_numbers
        copies = self.plan.copies
        newest = latest_revision_numbers(
            self.admin.model, [key for key in keys if str(key) not in shown and key not in copies]
        )
        newest.update({key: copy.number for key, copy in copies.items()})
        left_out = self.left_out | {record.pk for record in self.plan.refused}
        # Where each is read as readers will see it.
        screen = "publication" if needs_approval(self.transition) else "change"
        refused = {**self.plan.refused, **self._reasons_of_left_out()}
        returned = _reasons_of_return([*self.plan.performed, *refused])
        changes = self._changes()
        return self.admin.render_page(
            self.request,
            "transition",
            self.records[0] if len(self.records) == 1 else None,
            title=self.transition.label,
            records=[
                (
                    *(
                        _described_copy(record)
                        if record.pk in copies
                        else _described(record, returned, screen)
                    ),
                    changes.get(record.pk),
                )
                for record in self.plan.performed
            ],
            refused=[
                (
                    *(_described_copy(record) if record.pk in copies else _described(record, returned)),
                    [describe(one, record) for one in found],
                )
                for record, found in refused.items()
            ],
            button=self._button_label(len(keys)),
            keys=",".join(map(str, keys)),
            left_out=",".join(map(str, sorted(left_out))),
            seen_number=",".join(str(shown.get(str(key), newest[key])) for key in keys),
            form=form,
            back_url=self._return_url(),
            **self._consequences(),
        )

    def _changes(self) -> dict[int, Changes]:
        """What the working copies change on which the transition is performed, by the keys of their records."""
        copies = [
            (one, self.plan.copies[one.pk]) for one in self.plan.performed if one.pk in self.plan.copies
        ]
        return {
            record.pk: changes_of(record, copy, is_compared=place < MAX_NAMED)
            for place, (record, copy) in enumerate(copies)
        }

    def _button_label(self, count: int) -> str:
        if len(self.records) == 1:
            return str(self.transition.label)
        label = ngettext("%(verb)s: %(count)s record", "%(verb)s: %(count)s records", count)
        return label % {"verb": self.transition.label, "count": count}

    def _consequences(self) -> dict[str, object]:
        """What becomes public with the records."""
        is_publication = self.transition.target == Status.PUBLISHED
        return describe_named_drafts(self.plan.performed, self.plan.copies) if is_publication else {}

    def _perform(self, form: TransitionForm) -> HttpResponse:
        inputs = form.inputs()
        started = timezone.now()
        answers = self._answers(form, inputs)
        done = [record for record, answer in answers.items() if isinstance(answer, Saved)]
        unconfirmed = [record for record, answer in answers.items() if isinstance(answer, Unconfirmed)]
        if unconfirmed and len(answers) == 1 and not self.left_out:
            # What was typed goes on in the address.
            url = publication_url(unconfirmed[0], inputs)
            return mark_saved(self.request, HttpResponseRedirect(url))
        if done:
            self._tell(self._success_message(len(done), inputs.get("public_from")), messages.SUCCESS)
            tell_published_with(self.admin, self.request, self.records, started)
            if self.transition.ends_publication and (named := in_story(done)):
                self._tell(story_message(named), messages.WARNING)
            tell_findings_of_all(self.admin, self.request, done, self.transition)
        refused = {
            record: _findings_of(record, answer)
            for record, answer in answers.items()
            if isinstance(answer, Refused)
        }
        if unconfirmed:
            self._tell_refused(refused)
            return self._ask_again(unconfirmed)
        self._tell_refused(refused)
        self._tell_left_out()
        response = HttpResponseRedirect(self._return_url())
        # If some were refused, the browser keeps the draft, to submit it again.
        return mark_saved(self.request, response) if len(done) == len(self.records) else response

    def _answers(
        self, form: TransitionForm, inputs: TransitionInputs
    ) -> dict[Record, Saved | Refused | Unconfirmed]:
        """Perform the transition on each record, in the order of the plan. What that refuses is refused with its reason."""
        confirmed = form.confirmed if isinstance(form, BulkPublicationForm) else {}
        answers, numbers = {}, self._seen_numbers
        with notifications_together():
            for record in dict.fromkeys([*self.plan.performed, *self.records]):
                approval = Approval(confirmed.get(record, ()))
                number = numbers.get(str(record.pk))
                answers[record] = self._answer(record, number, {**inputs, "approval": approval})
        return answers

    def _answer(
        self, record: Record, number: int | None, inputs: TransitionInputs
    ) -> Saved | Refused | Unconfirmed:
        """Perform the transition on one record, or on what was submitted as a change of it."""
        by, name, drafts = actor(self.request), self.transition.name, seen_drafts(self.request)
        if record.pk not in self.plan.copies:
            return perform_listed_transition(
                self.admin.model, record.pk, name, by=by, seen_number=number, seen_drafts=drafts, **inputs
            )
        # Nobody has seen a working copy whose number the form does not have.
        answer = perform_copy_transition(
            record, name, by=by, seen_number=number or 0, seen_drafts=drafts, **inputs
        )
        if isinstance(answer, Conflict):
            return Refused({"": [_("The record itself was changed since this working copy was begun.")]})
        return answer

    def _ask_again(self, unconfirmed: Sequence[Record]) -> HttpResponse:
        """Ask for what was left to confirm of these records, with everything that was typed."""
        message = ngettext(
            "%(number)s record is not published: confirm what is marked below.",
            "%(number)s records are not published: confirm what is marked below.",
            len(unconfirmed),
        )
        self._tell(message % {"number": len(unconfirmed)}, messages.WARNING)
        self.records = [*unconfirmed]
        del self.plan
        return self._ask(self._form(self.request.POST))

    def _tell(self, message: str, level: int) -> None:
        self.admin.message_user(self.request, message, level)

    def _tell_refused(self, refused: Mapping[Record, Sequence[Finding]]) -> None:
        """Say on how many records the transition was not performed, and the first reasons."""
        if count := len(refused):
            message = ngettext("Not done: %(number)s record.", "Not done: %(number)s records.", count)
            self._tell(message % {"number": count}, messages.WARNING)
        self._tell_reasons(refused)
        if gone := len(self.keys - {record.pk for record in self._records(self.keys)}):
            message = ngettext(
                "%(number)s record was deleted meanwhile.", "%(number)s records were deleted meanwhile.", gone
            )
            self._tell(message % {"number": gone}, messages.ERROR)

    def _tell_left_out(self) -> None:
        """Say again what the page left out, which was not asked for: it does not count among what was not done."""
        left_out = self._reasons_of_left_out()
        if count := len(left_out):
            message = ngettext("Left out: %(number)s record.", "Left out: %(number)s records.", count)
            self._tell(message % {"number": count}, messages.WARNING)
        self._tell_reasons(left_out)

    def _tell_reasons(self, refused: Mapping[Record, Sequence[Finding]]) -> None:
        """The first reasons, each as a link to what it is about, and how many more there are."""
        lines = [_line(record, finding) for record, found in refused.items() for finding in found]
        for line in lines[:MAX_NAMED]:
            self._tell(line, messages.ERROR)
        if more := len(lines[MAX_NAMED:]):
            message = ngettext("%(number)s more", "%(number)s more", more)
            self._tell(message % {"number": more}, messages.ERROR)

    def _reasons_of_left_out(self) -> dict[Record, Sequence[Finding]]:
        """What stands now against the records that the page left out when it was first shown."""
        records = self._records(self.left_out)
        refused = plan_transition(records, self.transition, actor(self.request)).refused
        message = _("It was left out, and nothing stands against it any more: choose it again.")
        return {one: refused.get(one, [Finding(Level.REFUSED, one, message)]) for one in records}

    def _success_message(self, count: int, at: datetime.datetime | None) -> str:
        context = {"verb": self.transition.label, "count": count}
        if at is None:
            message = ngettext(
                "Done, “%(verb)s”: %(count)s record.", "Done, “%(verb)s”: %(count)s records.", count
            )
            return message % context
        message = ngettext(
            "Done, “%(verb)s”: %(count)s record, public on %(when)s.",
            "Done, “%(verb)s”: %(count)s records, public on %(when)s.",
            count,
        )
        return message % {**context, "when": format_datetime(at)}

    def _return_url(self) -> str:
        """The URL of the list with its conditions if that asked for the transition, or if there are several; else of the record."""
        query = self.request.GET.get(LIST_FIELD)
        if query is None and len(self.records) == 1:
            return record_admin_url(self.records[0])
        return self.admin.admin_url("changelist") + (f"?{query}" if query else "")


def _keys_in(ids: Iterable[str]) -> set[int]:
    return {key for text in ids if (key := parse_primary_key(text)) is not None}


def _reasons_of_return(records: Sequence[Record]) -> dict[int, str]:
    """Why those of these records of one model were sent back that were not submitted since, by key; one query."""
    if not records:
        return {}
    steps = Revision.objects.for_keys(type(records[0]), [one.pk for one in records]).sent_back()
    return dict(steps.filter(applied=True).values_list("record", "comment"))


def _described(
    record: Record, returned: Mapping[int, str], screen: str = "change"
) -> tuple[Record, str, str, str, str]:
    """A record, the address of its form or of another screen, the name and the label of its stage, and the reason for that.

    `returned` has the reasons for which records were sent back.
    """
    stage = stage_of(record, is_returned=record.status == Status.DRAFT and record.pk in returned)
    reason = returned[record.pk] if stage.name == "returned" else record.withdrawal_reason
    return record, record_admin_url(record, screen), stage.name, label_of_stage(stage, record), reason


def _described_copy(record: Record) -> tuple[Record, str, str, str, str]:
    """The same of a record with a submitted change, which is read on the page of that."""
    stage = STAGES["change_review"]
    return record, record_admin_url(record, "working_copy"), stage.name, str(stage.label), ""


def _findings_of(record: Record, answer: Refused) -> list[Finding]:
    return [
        Finding(Level.REFUSED, record, message, field)
        for field, found in answer.messages.items()
        for message in found
    ]


def _line(record: Record, finding: Finding) -> str:
    """The record and what stands against it, as a link to the field or the section of the form, or to the form."""
    line = _("%(title)s: %(message)s") % {"title": "{}", "message": '<a href="{}">{}</a>'}
    return format_html(line, record, field_url(record, finding.field), finding.message)


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
