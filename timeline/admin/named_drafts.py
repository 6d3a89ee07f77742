"""Drafts that become public with what names them: as a list before, and as a message after."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from timeline.admin.base import record_admin_url, record_link
from timeline.admin.hidden_fields import seen_drafts_text
from timeline.admin.record_views import actor
from timeline.editing.named_references import drafts_named_by, drafts_named_in
from timeline.editing.seen_drafts import numbers_of
from timeline.models import Action, Revision
from timeline.models.records import Record, fetch_records, key_of
from timeline.rows.tables import table_of

# The most records that a page or a message names.
MAX_NAMED = 20


def list_of(records: Collection[Record]) -> list[tuple[str, Record, str]]:
    """The noun, the record and the address of its form, of the first of these records."""
    return [
        (str(record._meta.verbose_name), record, record_admin_url(record))
        for record in [*records][:MAX_NAMED]
    ]


def describe_named_drafts(
    records: Collection[Record], copies: Mapping[int, Revision] | None = None
) -> dict[str, object]:
    """The context of `_named_drafts.html` for records of one model that are about to be published.

    `copies` has the working copies that are published in place of their records, by the keys of these.
    """
    copies = copies or {}
    keys = [record.pk for record in records if record.pk not in copies]
    models = {type(record) for record in records}
    drafts = [*drafts_named_by(dict.fromkeys(models, keys))] if keys else []
    for record in records:
        if copy := copies.get(record.pk):
            drafts += drafts_named_in(table_of(copy.model), copy.content)
    return describe_drafts([*dict.fromkeys(drafts)])


def describe_drafts_of_copy(copy: Revision) -> dict[str, object]:
    """The same for a working copy."""
    return describe_drafts(drafts_named_in(table_of(copy.model), copy.content))


def describe_drafts(drafts: Sequence[Record]) -> dict[str, object]:
    """The same for drafts at hand."""
    return {
        "named_drafts": list_of(drafts),
        "more_named_drafts": len(drafts[MAX_NAMED:]),
        "count_of_named_drafts": len(drafts),
        "seen_drafts": seen_drafts_text(numbers_of(drafts)),
    }


def tell_published_with(
    admin: ModelAdmin, request: HttpRequest, records: Collection[Record], since: datetime.datetime
) -> None:
    """Say which other records the user has published or scheduled with these, since the request began."""
    found = _done_with(request, records, since, Action.PUBLISHED)
    for message, some in (
        (_("Published with it: {names}."), [one for one in found if one.is_public]),
        (_("Becomes public with it: {names}."), [one for one in found if not one.is_public]),
    ):
        if some:
            admin.message_user(request, format_html(message, names=_names_of(some)), messages.SUCCESS)


def tell_followed(
    admin: ModelAdmin, request: HttpRequest, records: Collection[Record], since: datetime.datetime
) -> None:
    """Say which other scheduled records were moved to another time or called off with these, since the request began."""
    for message, action in (
        (_("Moved along with it: {names}."), Action.RESCHEDULED),
        (_("Called off with it: {names}."), Action.WITHDRAWN),
    ):
        if some := _done_with(request, records, since, action):
            admin.message_user(request, format_html(message, names=_names_of(some)), messages.SUCCESS)


def _done_with(
    request: HttpRequest, records: Collection[Record], since: datetime.datetime, action: Action
) -> list[Record]:
    """The other records on which the user has performed this action since."""
    done = Revision.objects.applied().filter(action=action, created_by=actor(request), created_at__gte=since)
    own = {key_of(record) for record in records}
    keys = [key for key in done.values_list("table", "record") if key not in own]
    return [*fetch_records(keys).values()]


def _names_of(records: Sequence[Record]) -> SafeString:
    shown, left = records[:MAX_NAMED], len(records[MAX_NAMED:])
    label = _("%(kind)s: %(title)s") % {"kind": "{}", "title": "{}"}
    names = format_html_join(pgettext("enumeration", ", "), label, map(_label, shown))
    if not left:
        return names
    return format_html(
        "{}{}{}",
        names,
        pgettext("enumeration", ", "),
        ngettext("%(number)s more", "%(number)s more", left) % {"number": left},
    )


def _label(record: Record) -> tuple[str, SafeString]:
    return str(record._meta.verbose_name), record_link(record)
