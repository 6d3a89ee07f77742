"""What the page of a form says of the record: status, working copy, transitions, and what refers to it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from timeline.admin.base import reference_links
from timeline.admin.field_comments import field_comments
from timeline.admin.hidden_fields import seen_drafts, seen_drafts_text, seen_number
from timeline.admin.named_drafts import describe_drafts_of_copy, describe_named_drafts
from timeline.admin.record_status import (
    describe_status,
    describe_working_copy,
    discarded_copy_message,
    last_writing,
)
from timeline.admin.record_views import RecordViewsAdmin, actor
from timeline.admin.transition_buttons import NOTE_FIELDS, input_names, publishes
from timeline.editing.answers import Refused
from timeline.editing.assignments import find_assignment, is_in_review, may_assign
from timeline.editing.copy_transitions import transitions_of_copy
from timeline.editing.deletion import objections_to_deleting
from timeline.editing.revisions import latest_revision_number
from timeline.editing.transitions import changes_at_once
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy
from timeline.models import Revision
from timeline.models.records import Record
from timeline.workflow import Status

if TYPE_CHECKING:
    from timeline.admin.published_records import PublishedRecordAdmin


def referrers(record: Record) -> dict[str, object]:
    """What refers to the record, as the context of `_referrers.html`."""
    referring, others = record.referring_objects()
    return {
        "referrers": reference_links(referring),
        "more_referrers": others,
    }


def record_context(
    admin: "PublishedRecordAdmin", request: HttpRequest, record: Record | None, refused: Refused | None
) -> dict[str, object]:
    """The context of the template besides that of Django's, for a stored record or, with None, a new one."""
    transitions = admin.available_transitions(request, record)
    names = input_names(transitions, record)
    buttons = {
        "available_transitions": transitions,
        "submit_fields": names,
        "note_fields": [name for name in names if name in NOTE_FIELDS],
    }
    if record is None:
        return buttons
    seen = seen_number(request)
    if request.method != "POST" or (refused and refused.unread):
        seen = latest_revision_number(record)
    copy = find_working_copy(record) if record.is_ever_public else None
    return {
        **buttons,
        "working_copy": last_writing(copy) if copy else None,
        "copy_status": describe_working_copy(copy) if copy else None,
        "discarded_copy": discarded_copy_message(record) if record.is_ever_public and not copy else "",
        **(scheduled_context(admin, request, record, copy) if copy else {}),
        **referrers(record),
        "urls": {tag: admin.admin_url(tag, record.pk) for tag in ("preview", "working_copy")},
        "saves_working_copy": record.is_ever_public and not changes_at_once(record, copy, request.user),
        "is_public": record.is_public,
        "may_publish": publishes(transitions),
        "record_status": describe_status(record),
        "comments": field_comments(admin, record),
        **assignment_context(admin, request, record),
        "open_url": admin.admin_url("open", record.pk)
        if admin.has_change_permission(request, record)
        else "",
        "seen_number": seen,
        "show_delete": _is_deletable(admin, request, record),
        **(_named_drafts(request, record, copy, refused) if publishes(transitions) else {}),
    }


def _named_drafts(
    request: HttpRequest, record: Record, copy: Revision | None, refused: Refused | None
) -> dict[str, object]:
    context = describe_drafts_of_copy(copy) if copy else describe_named_drafts([record])
    if request.method == "POST" and not (refused and refused.has_unread_drafts):
        # Nobody has said yet that they are others now.
        context["seen_drafts"] = seen_drafts_text(seen_drafts(request))
    return context


def _is_deletable(admin: RecordViewsAdmin, request: HttpRequest, record: Record) -> bool:
    """Whether the user may delete this draft as it is."""
    may_delete: bool = admin.has_delete_permission(request, record)
    return may_delete and not objections_to_deleting([record], actor(request))


def scheduled_context(
    admin: RecordViewsAdmin, request: HttpRequest, record: Record, copy: Revision
) -> dict[str, object]:
    """The scheduled working copy over which this one was begun, if there is one, with links to its transitions."""
    scheduled = None if copy.is_scheduled else find_scheduled_copy(record)
    if scheduled is None:
        return {}
    return {
        "scheduled": scheduled,
        "scheduled_url": admin.admin_url("scheduled_copy", record.pk),
        "scheduled_transitions": copy_links(admin, request, scheduled),
    }


def copy_links(admin: RecordViewsAdmin, request: HttpRequest, copy: Revision) -> list[tuple[str, str]]:
    """The label and the address of each transition of a working copy; what publishes comes first."""
    return [
        (transition.label_of_copy, admin.admin_url("copy_verb", copy.record, transition.name))
        for transition in sorted(
            transitions_of_copy(copy, request.user), key=lambda one: one.target_of_copy != Status.PUBLISHED
        )
    ]


def assignment_context(admin: RecordViewsAdmin, request: HttpRequest, record: Record) -> dict[str, object]:
    """To whom the submission of the record is assigned, and where to change that, if it is in review."""
    if not is_in_review(record):
        return {}
    assignment = find_assignment(record)
    return {
        "assigned_to": assignment.user if assignment else None,
        "assign_url": admin.admin_url("assign", record.pk) if may_assign(record, request.user) else "",
        "in_review": True,
    }
