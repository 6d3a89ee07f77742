"""The address of the page of a publication, with what was typed elsewhere."""

import datetime
from collections.abc import Mapping

from django.http import QueryDict
from django.utils import timezone

from timeline.admin.base import admin_url
from timeline.admin.transition_buttons import NOTE_FIELDS
from timeline.editing.working_copies import find_working_copy
from timeline.models.records import Record

# The name, on the page of a transition, of the time from which the records are public.
TIME_FIELD = "now"


def publication_url(record: Record, given: Mapping[str, object]) -> str:
    """The address of the page of the publication of a record or of its working copy, with what was typed."""
    is_of_copy = record.is_published_or_scheduled and find_working_copy(record) is not None
    address = admin_url(type(record), "publish_copy" if is_of_copy else "publication", record.pk)
    query = QueryDict(mutable=True)
    names = {"comment": "note", "why": "note", "public_from": TIME_FIELD}
    for name, value in given.items():
        if value and (field := names.get(name, name)) in {"note", TIME_FIELD, *NOTE_FIELDS}:
            if isinstance(value, datetime.datetime):
                value = timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
            query[field] = str(value)
    return f"{address}?{query.urlencode()}" if query else address
