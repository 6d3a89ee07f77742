"""The status of an entry, its author and the last comment, for the head of its form."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from timeline.admin.transition_buttons import format_datetime
from timeline.models import Entry, Revision
from timeline.workflow import Status


@dataclass(frozen=True)
class EntryStatus:
    """The status as editors know it, a sentence on who did what when, and the note or reason."""

    name: str
    label: str
    sentence: str
    note: str


def describe_status(entry: Entry) -> EntryStatus:
    """The status of an entry; two queries."""
    step = Revision.objects.for_entry(entry).transitions().select_related("created_by").last()
    returned = step is not None and step.is_sent_back
    if entry.status == Status.DRAFT and not returned:
        saved = Revision.objects.for_entry(entry).by_number().select_related("created_by").last()
        sentence = (
            _("Last saved by %(who)s on %(when)s.")
            % {"who": saved.created_by, "when": format_datetime(saved.created_at)}
            if saved
            else ""
        )
        return EntryStatus(Status.DRAFT, str(Status.DRAFT.label), sentence, "")
    name, label, sentence = _status_parts(entry, returned)
    context: dict[str, Any] = (
        {"who": step.created_by, "when": format_datetime(step.created_at)}
        if step
        else {"who": "—", "when": "—"}
    )
    if entry.published_at:
        context["public_from"] = format_datetime(entry.published_at)
    return EntryStatus(name, label, sentence % context, step.comment if step else "")


def _status_parts(entry: Entry, returned: bool) -> tuple[str, str, str]:
    """Name, label and sentence of the last transition; the sentence has placeholders."""
    if returned:
        return (
            "returned",
            _("Returned"),
            _("%(who)s sent it back on %(when)s. Correct it and submit it again."),
        )
    if entry.status == Status.REVIEW:
        return (
            Status.REVIEW,
            str(Status.REVIEW.label),
            _("%(who)s submitted it on %(when)s; it waits for a reviewer."),
        )
    if entry.status == Status.WITHDRAWN:
        return Status.WITHDRAWN, str(Status.WITHDRAWN.label), _("%(who)s withdrew it on %(when)s.")
    if not entry.is_public:
        return (
            "scheduled",
            _("Scheduled"),
            _("It becomes public on %(public_from)s; scheduled by %(who)s on %(when)s."),
        )
    return (
        Status.PUBLISHED,
        str(Status.PUBLISHED.label),
        _("Public since %(public_from)s; published by %(who)s."),
    )
