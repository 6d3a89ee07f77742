"""Publication of many entries at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from timeline.models import Entry
from timeline.models.chunks import chunks
from timeline.models.stored_records import STORED, StoredRecords
from timeline.workflow import TRANSITIONS, Objection, TransitionNotAllowedError


def publish_all(keys: Mapping[type[Entry], Sequence[int]], *, by: AbstractUser) -> dict[int, list[Objection]]:
    """Publish these entries together, except those with objections, which are returned by key."""
    with transaction.atomic():
        for model, portion in _in_chunks(keys):
            model.lock_all(portion)
        refused = objections_to_all(keys, by=by)
        now = timezone.now()
        for model, portion in _in_chunks(keys):
            if publishable := [key for key in portion if key not in refused]:
                model.publish_rows(publishable, by=by, now=now)
        return refused


def objections_to_all(
    keys: Mapping[type[Entry], Sequence[int]], *, by: AbstractUser, others: StoredRecords = STORED
) -> dict[int, list[Objection]]:
    """The objections to publishing these entries together, by key of those that cannot be.

    An entry may refer to others that are published with it. `keys` has the keys of the entries by model.
    """
    together_with = {key for of_model in keys.values() for key in of_model}
    objections: dict[int, list[Objection]] = {}
    for model, portion in _in_chunks(keys):
        records = others.fetch(model, portion)
        found = model.objections_of(records, by, together_with, others)
        for record in records:
            try:
                TRANSITIONS["publish"].check_status(record.status)
            except TransitionNotAllowedError as refusal:
                found[record.pk].append(Objection("", refusal.messages[0]))
        objections |= {key: those for key, those in found.items() if those}
    refused = _blocked_keys(objections, together_with)
    return {
        key: [one for one in objections[key] if one.other not in together_with - refused] for key in refused
    }


def _in_chunks(
    keys: Mapping[type[Entry], Sequence[int]],
) -> Iterator[tuple[type[Entry], Sequence[int]]]:
    for model, of_model in keys.items():
        for portion in chunks(of_model):
            yield model, portion


def _blocked_keys(objections: Mapping[int, Sequence[Objection]], together_with: Collection[int]) -> set[int]:
    """The keys of the entries that cannot be published, and of those that refer to one."""
    refused: set[int] = set()
    waiting_for: dict[int, list[int]] = defaultdict(list)
    refusing = []
    for key, found in objections.items():
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
