"""The open comments on a record, by field, as forms and comparisons show them beside each field."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from timeline.admin.record_views import RecordViewsAdmin
from timeline.editing.comments import (
    MAX_THREADS,
    Thread,
    count_unresolved,
    fields_to_comment_on,
    unresolved_threads,
)
from timeline.models.records import Record, key_of


@dataclass(frozen=True)
class FieldComments:
    """The open threads on a record by the name of the field, and the address of the page of all of its comments; `labels` has those of the fields."""

    url: str
    count: int
    threads: Mapping[str, Sequence[Thread]]
    fields: Collection[str]
    labels: Mapping[str, str]


def field_comments(admin: RecordViewsAdmin, record: Record) -> FieldComments:
    """The open threads on a record; two queries, and one more if there are more than are shown."""
    threads = unresolved_threads(record)
    count = len(threads)
    if count == MAX_THREADS:
        count = count_unresolved([key_of(record)])[key_of(record)]
    by_field: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads:
        by_field[thread.comment.field].append(thread)
    labels = fields_to_comment_on(admin.model)
    url = admin.admin_url("comments", record.pk)
    return FieldComments(url, count, by_field, admin.table.columns, labels)
