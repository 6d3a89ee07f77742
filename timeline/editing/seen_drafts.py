"""The drafts that become public with a text, as the user has read them: one that was changed meanwhile is read again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.editing.named_references import (
    Keys,
    drafts_among,
    lock_named,
    references_in,
    references_named_by,
)
from timeline.editing.revisions import latest_revision_numbers, table_of_record
from timeline.models import Revision
from timeline.models.named import MAX_NAMED
from timeline.models.records import Record, RecordKey, key_of
from timeline.rows.tables import WholeRow

# The number of the newest revision of each draft when it was displayed.
SeenDrafts = Mapping[RecordKey, int]


class UnreadDraftsError(ValidationError):
    """Drafts that would become public with the text are not as the user has read them, or were not listed."""


def numbers_of(drafts: Iterable[Record]) -> dict[RecordKey, int]:
    """The number of the newest revision of each of these drafts, in one query for each model."""
    by_model: dict[type[Record], list[Record]] = defaultdict(list)
    for draft in drafts:
        by_model[type(draft)].append(draft)
    return {
        key_of(draft): numbers[draft.pk]
        for model, some in by_model.items()
        for numbers in [latest_revision_numbers(model, [draft.pk for draft in some])]
        for draft in some
    }


def unread_among(drafts: Iterable[Record], seen: SeenDrafts) -> list[Record]:
    """Those of these drafts that are not as the user has read them, or that the user was not shown."""
    drafts = [*drafts]
    numbers = numbers_of(drafts)
    return [draft for draft in drafts if seen.get(key_of(draft)) != numbers[key_of(draft)]]


def check_seen_drafts(
    record: Record, copy: Revision | None, seen: SeenDrafts | None, *, known: Keys | None = None
) -> None:
    """Lock the drafts that would become public with a text, of the record or of its working copy, and raise
    UnreadDraftsError if the user has not read any of them as it is; None is any.

    `known` are the records that the user has just named, and that need not have been listed.
    """
    if seen is None:
        return
    table = table_of_record(record)
    references = (
        references_in(table, copy.content) if copy else references_named_by({type(record): [record.pk]})
    )
    unread = unread_among(drafts_among(lock_named(references, None)), seen)
    if known:
        own = {key_of(draft) for draft in drafts_among(lock_named(known, None))}
        unread = [draft for draft in unread if key_of(draft) not in own - seen.keys()]
    if unread:
        raise UnreadDraftsError(unread_message(unread))


def newly_named(record: Record, before: WholeRow, after: WholeRow) -> Keys:
    """The reference records that a row of a record names and its former one does not."""
    table = table_of_record(record)
    former = references_in(table, before)
    named = references_in(table, after)
    return {model: left for model, keys in named.items() if (left := {*keys} - former.get(model, set()))}


def unread_message(drafts: Iterable[Record]) -> str:
    titles = [str(draft) for draft in drafts]
    names = pgettext("enumeration", ", ").join(titles[:MAX_NAMED] + ["…"] * (len(titles) > MAX_NAMED))
    return _("Drafts that become public with it were changed meanwhile: read them again: %(names)s.") % {
        "names": names
    }
