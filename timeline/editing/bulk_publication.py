"""Publication of many records at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from timeline.editing.named_references import lock_named_by
from timeline.models import Entry
from timeline.models.chunks import chunks
from timeline.models.named import slug_owner_name
from timeline.models.records import Record, RecordKey
from timeline.models.stored_records import STORED, StoredRecords
from timeline.workflow import TRANSITIONS, UNPUBLISHED, Objection, TransitionNotAllowedError

# The objections to records by key.
Refusals = dict[RecordKey, list[Objection]]


def publish_all(keys: Mapping[type[Record], Sequence[int]], *, by: AbstractUser) -> None:
    """Publish these drafts together, and the drafts of reference records that they name.

    The caller has asked for the objections. `keys` are by model, those before others that the others name.
    """
    with transaction.atomic():
        for model, portion in _in_chunks(keys):
            model.lock_all(portion)
        lock_named_by(keys)
        now = timezone.now()
        for model, portion in _in_chunks(keys):
            # Without those that were published with others, which name them.
            drafts = model._default_manager.with_status(*UNPUBLISHED).filter(pk__in=portion)
            if left := [*drafts.order_by("pk").values_list("pk", flat=True)]:
                model.publish_rows(left, by=by, now=now)


def objections_to_all(
    keys: Mapping[type[Record], Sequence[int]], *, by: AbstractUser, others: StoredRecords = STORED
) -> Refusals:
    """The objections to publishing these records together, by key of those that cannot be.

    An entry may refer to others that are published with it. `keys` has the keys of the records by model.
    """
    together_with = {key for model, of_model in keys.items() if issubclass(model, Entry) for key in of_model}
    objections: Refusals = {}
    for model, portion in _in_chunks(keys):
        records = others.fetch(model, portion)
        found = model.objections_of(records, by, together_with, others)
        for record in records:
            try:
                TRANSITIONS["publish"].check_status(record.status)
            except TransitionNotAllowedError as refusal:
                found[record.pk].append(Objection("", refusal.messages[0]))
        table = slug_owner_name(model)
        objections |= {(table, key): those for key, those in found.items() if those}
    refused = _blocked_entries(objections, together_with)
    return {
        (table, key): [one for one in those if one.other not in together_with - refused]
        for (table, key), those in objections.items()
        if table != _ENTRY or key in refused
    }


_ENTRY = slug_owner_name(Entry)


def _in_chunks(
    keys: Mapping[type[Record], Sequence[int]],
) -> Iterator[tuple[type[Record], Sequence[int]]]:
    for model, of_model in keys.items():
        for portion in chunks(of_model):
            yield model, portion


def _blocked_entries(
    objections: Mapping[RecordKey, Sequence[Objection]], together_with: Collection[int]
) -> set[int]:
    """The keys of the entries that cannot be published, and of those that refer to one."""
    refused: set[int] = set()
    waiting_for: dict[int, list[int]] = defaultdict(list)
    refusing = []
    for (table, key), found in objections.items():
        if table != _ENTRY:
            continue
        others = [one.other for one in found]
        if any(other not in together_with for other in others):
            refusing.append(key)
        for other in others:
            if other is not None:
                waiting_for[other].append(key)
    while refusing:
        key = refusing.pop()
        if key not in refused:
            refused.add(key)
            refusing += waiting_for[key]
    return refused
