"""What the checklist will say when what was submitted is published, as messages after its submission."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.admin.base import field_url
from timeline.editing.checklist import Checklist, Level, checklist_of, checklists_of
from timeline.editing.working_copies import find_working_copy
from timeline.models.records import Record
from timeline.workflow import Status, Transition

# The most findings that messages name.
MAX_FINDINGS = 8


def tell_findings(
    admin: ModelAdmin, request: HttpRequest, record: Record, transition: Transition | None
) -> None:
    """Say what will stand against the publication of a record, or of its working copy, that was submitted just now."""
    if transition is None or transition.target != Status.REVIEW:
        return
    copy = find_working_copy(record) if record.is_ever_public else None
    _tell(admin, request, [checklist_of(record, copy)])


def tell_findings_of_all(
    admin: ModelAdmin, request: HttpRequest, records: Sequence[Record], transition: Transition
) -> None:
    """The same of several records of one model, in as many queries as of one."""
    if records and transition.target == Status.REVIEW:
        _tell(admin, request, [*checklists_of(records).values()])


def _tell(admin: ModelAdmin, request: HttpRequest, checklists: Sequence[Checklist]) -> None:
    findings = [one for each in checklists for one in (*each.refused, *each.unconfirmed())]
    refuses, warns = (
        _("“{title}” cannot be published like this: {finding}"),
        _("Whoever publishes “{title}” has to confirm: {finding}"),
    )
    for one in findings[:MAX_FINDINGS]:
        link = format_html('<a href="{}">{}</a>', field_url(one.record, one.field), one.message)
        line = refuses if one.level is Level.REFUSED else warns
        message = format_html(line, title=one.record, finding=link)
        admin.message_user(request, message, messages.WARNING)
    if more := len(findings[MAX_FINDINGS:]):
        message = ngettext("%(number)s more", "%(number)s more", more) % {"number": more}
        admin.message_user(request, message, messages.WARNING)
