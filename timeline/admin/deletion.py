"""The deletion of drafts: what refuses it, and the reason for which those of colleagues are deleted."""

import copy
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.db.models import ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from timeline.admin.base import record_link
from timeline.admin.form_context import referrers
from timeline.admin.record_views import MAX_LISTED, actor
from timeline.admin.transition_form import TransitionForm
from timeline.editing.deletion import asks_reason, objections_to_deleting
from timeline.models.records import Record
from timeline.workflow import TRANSITIONS, TransitionFields

if TYPE_CHECKING:
    from timeline.admin.published_records import PublishedRecordAdmin

REASON_FIELD = "reason"


def refusals(request: HttpRequest, records: Collection[Record]) -> list[str | list[str]]:
    """What the page of a deletion says of the records that the user does not delete."""
    objections = objections_to_deleting([*records], actor(request))
    return _lines([(record, objections[record.pk], []) for record in records if record.pk in objections])


def _lines(refused: Sequence[tuple[Record, str, list[str]]]) -> list[str | list[str]]:
    """The records that are not deleted, each with its reason and, below that, links to what refers to it."""
    line = _("{record}: {reason}")
    lines: list[str | list[str]] = []
    for record, reason, referring in refused[:MAX_LISTED]:
        lines.append(format_html(line, record=record_link(record), reason=reason))
        if referring:
            lines.append(referring)
    if left := len(refused[MAX_LISTED:]):
        lines.append(_("And %(number)s more that you do not delete.") % {"number": left})
    return lines


def refuse_to_delete(admin: "PublishedRecordAdmin", request: HttpRequest, record: Record) -> HttpResponse:
    """The page that says why a record is not deleted, with what may be done instead."""
    is_public = record.is_ever_public
    objections = objections_to_deleting([record], actor(request))
    response: HttpResponse = admin.render_page(
        request,
        "delete_refused",
        record,
        403,
        title=_("This is not deleted"),
        objection=objections.get(record.pk, ""),
        available_transitions=[
            transition
            for transition in admin.available_transitions(request, record)
            if (is_public and TRANSITIONS[transition["name"]].ends_publication)
            or (not is_public and transition["name"] in ("recall", "send_back"))
        ],
        **(referrers(record) if is_public else {}),
    )
    return response


def delete_selected_drafts(
    modeladmin: "PublishedRecordAdmin", request: HttpRequest, queryset: QuerySet
) -> TemplateResponse | None:
    """The bulk action: Django's, with the reason, of those that may go. The others stay, and are listed with theirs."""
    records = [*queryset]
    refused = _not_deleted(modeladmin, request, records)
    keys = {record.pk for record in records} - {record.pk for record, _reason, _links in refused}
    deleted = queryset.model._default_manager.filter(pk__in=keys)
    is_sent = "post" in request.POST
    if not keys:
        # The page again, with the reasons of all.
        request, is_sent = _without_form(request), False
    request, form = with_reason(request, [*deleted], is_sent=is_sent)
    try:
        response: TemplateResponse | None = delete_selected(modeladmin, request, deleted)
    except ProtectedError as refusal:
        modeladmin.message_user(request, str(refusal.args[0]), messages.ERROR)
        return None
    if response is not None and response.context_data is not None:
        # Of Django's page it is enough to refuse what was submitted or published while this one was made.
        response.context_data |= {
            "reason_form": form,
            "refused": _lines(refused),
            "count_of_refused": len(refused),
            "count_of_deleted": len(keys),
        }
    elif is_sent:
        for record, reason, _links in refused[:MAX_LISTED]:
            line = format_html(_("{record}: {reason}"), record=record_link(record), reason=reason)
            modeladmin.message_user(request, line, messages.WARNING)
    return response


def _not_deleted(
    modeladmin: "PublishedRecordAdmin", request: HttpRequest, records: Sequence[Record]
) -> list[tuple[Record, str, list[str]]]:
    """Those of the records that are not deleted, each with the reason and with links to what refers to it."""
    objections = objections_to_deleting(records, actor(request))
    # Asked one by one only where anything refers to any of them.
    has_links = bool(modeladmin.referring_links(records))
    found = []
    for record in records:
        links = modeladmin.referring_links([record]) if has_links else []
        if record.pk in objections or links:
            reason = objections.get(record.pk) or _("Others refer to it. Take it out there first:")
            found.append((record, reason, links))
    return found


def with_reason(
    request: HttpRequest, records: Sequence[Record], *, is_sent: bool
) -> tuple[HttpRequest, TransitionForm | None]:
    """The request, and the form for the reason; None if none is asked. Without one, the request only asks for the page."""
    if not asks_reason(records, actor(request)):
        return request, None
    form = TransitionForm(TransitionFields.REASON, request.POST if is_sent else None)
    if not is_sent or form.is_valid():
        return request, form
    return _without_form(request), form


def _without_form(request: HttpRequest) -> HttpRequest:
    """The request as one that only asks for the page."""
    again = copy.copy(request)
    again.method = "GET"
    again.POST = QueryDict()
    return again
