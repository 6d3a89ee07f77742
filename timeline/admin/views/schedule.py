"""The schedule: what becomes public, by month as a calendar and as a list, with the moving and calling off of each."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.admin.base import parse_primary_key, record_admin_url
from timeline.admin.calendar import WEEKDAY_NAMES, Month, period_of_day
from timeline.admin.named_drafts import tell_followed
from timeline.admin.permission_names import denial
from timeline.admin.record_views import actor
from timeline.admin.transition_buttons import PublicationTimeField, success_message
from timeline.admin.transition_form import ReasonField
from timeline.admin.views.base import AdminView
from timeline.editing.answers import Answer, Conflict, Refused, Saved, Unconfirmed
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import latest_revision_numbers, model_of
from timeline.editing.schedule import (
    ALWAYS,
    ScheduledKey,
    is_scheduled,
    missed_copies,
    read_keys,
    scheduled_days,
    scheduled_keys,
)
from timeline.editing.transitions import perform_listed_transition
from timeline.models import Revision
from timeline.models.records import Record, RecordKey, fetch_records, keys_of
from timeline.workflow import TRANSITIONS, no_time_to_move

PAGE_SIZE = 50
# The most titles of a day in the calendar, and the most working copies that missed their time.
TITLES_OF_DAY = 3
MAX_MISSED = 20

MOVE, CALL_OFF = TRANSITIONS["reschedule"], TRANSITIONS["withdraw"]


class MoveForm(forms.Form):
    """The new time of what is scheduled."""

    transition = MOVE

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        auto_id: str = "id_%s",
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, auto_id=auto_id, initial=initial, label_suffix="")
        self.fields["public_from"] = PublicationTimeField(is_new=True)


class CallOffForm(forms.Form):
    """The reason for which what is scheduled is called off."""

    transition = CALL_OFF
    comment = ReasonField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        auto_id: str = "id_%s",
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, auto_id=auto_id, initial=initial, label_suffix="")


FORMS = {form.transition.name: form for form in (MoveForm, CallOffForm)}


@dataclass(frozen=True)
class ScheduledItem:
    """A record, or the working copy of one, that becomes public at a time; with the forms that the user may send."""

    scheduled: ScheduledKey
    record: Record
    title: str
    # Who let it through.
    by: str
    # The newest revision, or the working copy, as the page shows it.
    number: int
    # Whether another working copy was begun over it, which has the page of the working copy.
    is_below: bool
    forms: Sequence[forms.Form]

    @property
    def id(self) -> str:
        return _id_of(self.scheduled.key, self.scheduled.is_copy)

    @property
    def day(self) -> datetime.date:
        return timezone.localdate(self.scheduled.at)

    @property
    def url(self) -> str:
        screen = "scheduled_copy" if self.is_below else "working_copy" if self.scheduled.is_copy else "change"
        return record_admin_url(self.record, screen)

    @property
    def kind(self) -> str:
        return str(model_of(self.record)._meta.verbose_name)


class ScheduleView(AdminView):
    """What becomes public, by day, in pages: of a month, of one of its days, or all of it."""

    # The item whose form was refused, by its key and whether it is a working copy, with the form.
    refused: tuple[RecordKey, bool, forms.Form] | None = None

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        month, user = self.month, actor(request)
        day = month.day(request.GET.get("day", "")) if month else None
        period = period_of_day(day) if day else month.period if month else ALWAYS
        page = Paginator(scheduled_keys(user, period), PAGE_SIZE).get_page(request.GET.get("page"))
        missed = [*missed_copies(user).defer("content").select_related("created_by")[: MAX_MISSED + 1]]
        return self.render(
            "schedule",
            title=_("Schedule"),
            month=month,
            day=day,
            weekdays=WEEKDAY_NAMES,
            weeks=month.weeks(scheduled_days(user, month.period, TITLES_OF_DAY)) if month else [],
            page=page,
            items=self._items(read_keys(page.object_list)),
            missed=self._missed(missed[:MAX_MISSED]),
            has_more_missed=len(missed) > MAX_MISSED,
            form=self.refused[2] if self.refused else None,
        )

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        form_class = FORMS.get(request.POST.get("transition", ""))
        if form_class is None:
            return self.get(request)
        if not request.user.has_perm(form_class.transition.permission):
            raise denial(request.user, form_class.transition.permission)
        key = request.POST.get("table", ""), parse_primary_key(request.POST.get("key", "")) or 0
        is_copy = request.POST.get("is_copy") == "yes"
        if (record := self._find(key)) is None:
            return self.refuse(_("This is not scheduled any more."), request.get_full_path())
        form = form_class(request.POST)
        if not form.is_valid():
            # The form of that item is shown again, open, with what was typed.
            self.refused = key, is_copy, form
            return self.get(request)
        started = timezone.now()
        answer = self._perform(record, form, is_copy)
        if isinstance(answer, Conflict):
            # Its own page shows what somebody else changed.
            return HttpResponseRedirect(record_admin_url(record, "working_copy"))
        if isinstance(answer, Saved):
            told = _("%(title)s: %(message)s") % {"title": "<strong>{}</strong>", "message": "{}"}
            message = format_html(told, record, success_message(answer))
            self.admin.message_user(request, message, messages.SUCCESS)
            tell_followed(self.admin, request, [record], started)
        elif isinstance(answer, Refused):
            reasons = {"title": record, "message": " ".join(answer.reasons)}
            self.admin.message_user(request, _("%(title)s: %(message)s") % reasons, messages.ERROR)
            form.add_error(None, answer.reasons)
            self.refused = key, is_copy, form
            return self.get(request)
        # To what was moved, if the page still lists it.
        place = f"#{_id_of(key, is_copy)}" if form_class is MoveForm else ""
        return HttpResponseRedirect(f"{request.get_full_path()}{place}")

    def _find(self, key: RecordKey) -> Record | None:
        """The record with this key, if it or its working copy is on the schedule that the user may see."""
        return fetch_records([key]).get(key) if is_scheduled(actor(self.request), key) else None

    def _perform(self, record: Record, form: MoveForm | CallOffForm, is_copy: bool) -> Answer | Unconfirmed:
        seen = parse_primary_key(self.request.POST.get("number", ""))
        by, name = actor(self.request), form.transition.name
        if is_copy:
            return perform_copy_transition(record, name, by=by, seen_number=seen, **form.cleaned_data)
        with transaction.atomic():
            # Locked first: its time may come in this moment, and what is public is not called off.
            record.lock(record.pk)
            if type(record)._default_manager.published().filter(pk=record.pk).exists():
                return Refused({"": [no_time_to_move()]})
            return perform_listed_transition(
                model_of(record), record.pk, name, by=by, seen_number=seen, **form.cleaned_data
            )

    @cached_property
    def month(self) -> Month | None:
        """The month of the address; by default that of what comes next; None for all of the schedule."""
        wanted = self.request.GET.get("month", "")
        if wanted == "all":
            return None
        first = read_keys(scheduled_keys(actor(self.request))[:1]) if not Month.parse(wanted) else []
        return Month.parse(wanted) or Month.of(first[0].at if first else timezone.now())

    def _items(self, scheduled: Sequence[ScheduledKey]) -> list[ScheduledItem]:
        found = fetch_records([one.key for one in scheduled])
        copies = _copies([one.key for one in scheduled if one.is_copy])
        numbers = _numbers([found[one.key] for one in scheduled if not one.is_copy and one.key in found])
        users = get_user_model()._default_manager.in_bulk(
            {copy.created_by_id for copy in copies.values()}
            | {record.published_by_id for record in found.values() if record.published_by_id}
        )
        items = []
        for one in scheduled:
            record, copy = found.get(one.key), copies.get(one.key) if one.is_copy else None
            # Somebody may have changed the schedule between the queries.
            if record is None or one.is_copy and copy is None:
                continue
            by = copy.created_by_id if copy else record.published_by_id
            items.append(
                ScheduledItem(
                    one,
                    record,
                    title=copy.title if copy else record.title,
                    by=display_name(users[by]) if by in users else "",
                    number=copy.number if copy else numbers[one.key],
                    is_below=copy is not None and not copy.is_working_copy,
                    forms=self._forms(one),
                )
            )
        return items

    def _forms(self, scheduled: ScheduledKey) -> list[forms.Form]:
        key, is_copy, refused = self.refused or (None, False, None)
        is_refused = (key, is_copy) == (scheduled.key, scheduled.is_copy)
        auto_id = f"{_id_of(scheduled.key, scheduled.is_copy)}-%s"
        if is_refused and refused is not None:
            refused.auto_id = auto_id
        return [
            refused
            if is_refused and refused is not None and isinstance(refused, form)
            else form(initial={"public_from": scheduled.at}, auto_id=auto_id)
            for form in FORMS.values()
            if self.request.user.has_perm(form.transition.permission)
        ]

    def _missed(self, revisions: Sequence[Revision]) -> list[tuple[Revision, str]]:
        """These working copies, with the address of the page of each."""
        found = fetch_records([revision.record_key for revision in revisions])
        return [
            (revision, record_admin_url(found[revision.record_key], "working_copy"))
            for revision in revisions
            if revision.record_key in found
        ]


def _id_of(key: RecordKey, is_copy: bool) -> str:
    """The id of the element of an item, with which those of its fields begin."""
    return f"{key[0]}-{key[1]}-{'copy' if is_copy else 'record'}"


def _copies(keys: Sequence[RecordKey]) -> dict[RecordKey, Revision]:
    """The scheduled working copies of records with these keys."""
    copies = Revision.objects.scheduled().defer("content")
    rows = copies.filter(table__in={table for table, _key in keys}, record__in={key for _table, key in keys})
    return {copy.record_key: copy for copy in rows} if keys else {}


def _numbers(records: Sequence[Record]) -> dict[RecordKey, int]:
    """The numbers of the newest revisions of these records."""
    by_model: dict[type[Record], list[int]] = defaultdict(list)
    for record in records:
        by_model[type(record)].append(record.pk)
    return {
        key: number
        for model, keys in by_model.items()
        for key, number in zip(
            keys_of(model, keys), map(latest_revision_numbers(model, keys).__getitem__, keys), strict=True
        )
    }
