"""The deletion of drafts: what refuses it, and the reason for which those of colleagues are deleted."""

import copy
from typing import Any

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

REASON_FIELD = "reason"


def refusals(request: HttpRequest, records: Any) -> list[str]:
    """What the page of a deletion says of the records that the user does not delete."""
    objections = objections_to_deleting([*records], actor(request))
    refused = [record for record in records if record.pk in objections]
    line = _("{record}: {reason}")
    links: list[str] = [
        format_html(line, record=record_link(one), reason=objections[one.pk]) for one in refused[:MAX_LISTED]
    ]
    if left := len(refused[MAX_LISTED:]):
        links.append(_("And %(number)s more that you do not delete.") % {"number": left})
    return links


def refuse_to_delete(admin: Any, request: HttpRequest, record: Record) -> HttpResponse:
    """The page that says why a record is not deleted, with what may be done instead."""
    is_public = record.is_ever_public
    objections = objections_to_deleting([record], actor(request))
    response: HttpResponse = admin.render_page(
        request,
        "delete_refused",
        record,
        status=403,
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
    modeladmin: Any, request: HttpRequest, queryset: QuerySet
) -> TemplateResponse | None:
    """The bulk action: Django's, with the reason."""
    request, form = with_reason(request, [*queryset], is_sent="post" in request.POST)
    try:
        response: TemplateResponse | None = delete_selected(modeladmin, request, queryset)
    except ProtectedError as refusal:
        modeladmin.message_user(request, str(refusal.args[0]), messages.ERROR)
        return None
    if response is not None and response.context_data is not None:
        response.context_data |= {"reason_form": form, **_reasons_against(request, queryset, response)}
    return response


def _reasons_against(request: HttpRequest, records: QuerySet, page: TemplateResponse) -> dict[str, list[str]]:
    """What the page of Django lists as one: the refusals of the records, and what refers to them."""
    refused = refusals(request, records)
    protected = (page.context_data or {}).get("protected", [])
    return {"refused": refused, "protected": protected[len(refused) :]}


def with_reason(
    request: HttpRequest, records: list[Any], *, is_sent: bool
) -> tuple[HttpRequest, TransitionForm | None]:
    """The request, and the form for the reason; None if none is asked. Without one, the request only asks for the page."""
    if not asks_reason(records, actor(request)):
        return request, None
    form = TransitionForm(TransitionFields.REASON, *([request.POST] if is_sent else []))
    if not is_sent or form.is_valid():
        return request, form
    again = copy.copy(request)
    again.method = "GET"
    again.POST = QueryDict()
    return again, form
