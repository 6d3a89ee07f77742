"""Drafts of reference records become public with what names them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from timeline.accounts.notifications import without_notifications
from timeline.models import REFERENCES
from timeline.models.chunks import chunks
from timeline.models.records import (
    Record,
    ended_objection,
    named_references,
    objection_to_named,
    published_with,
)
from timeline.rows.tables import Table, WholeRow
from timeline.workflow import ENDED, NotPublishableError, Transition

# The keys of records by their model.
Keys = Mapping[type[Record], Collection[int]]


def publish_named_references(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Publish the drafts that published records of one model name: an effect of publication.

    They are public from the same time on, as are those that they name in their turn; what was to be public later, is so
    by that time. Raises NotPublishableError with the objections to any of them.
    """
    by_time: dict[datetime.datetime, list[int]] = defaultdict(list)
    titles = set()
    for portion in chunks(keys):
        published = model._default_manager.published_or_scheduled().filter(pk__in=portion)
        for key, title, public_from in published.order_by().values_list("pk", "title", "published_at"):
            by_time[public_from].append(key)
            titles.add(title)
    for public_from, some in sorted(by_time.items()):
        publish_references(
            references_named_by({model: some}), by=by, public_from=public_from, title=_only(titles)
        )


def publish_named_by(record: Record, *, by: AbstractUser, is_read: bool = False) -> None:
    """Publish the drafts that the new text of a record names, if it is public or scheduled.

    `is_read` is whether somebody has let the text through before, so that they may be the user's own work.
    """
    if not record.is_published_or_scheduled or record.published_at is None:
        return
    # Not since when the record has been public, but from now on.
    public_from = max(record.published_at, timezone.now())
    publish_references(
        references_named_by({type(record): [record.pk]}),
        by=by,
        public_from=public_from,
        title=record.title,
        is_read=is_read,
    )


def references_named_by(keys: Keys) -> dict[type[Record], set[int]]:
    """The keys of the reference records that these records name, by model."""
    found: dict[type[Record], set[int]] = defaultdict(set)
    for model, some in keys.items():
        for portion in chunks(sorted(some)):
            for named, owners in named_references(model, portion).items():
                found[named] |= owners.keys()
    return dict(found)


def references_in(table: Table, row: WholeRow) -> dict[type[Record], set[int]]:
    """The keys of the reference records that a whole row names, by model."""
    slugs: dict[type[models.Model], set[str]] = defaultdict(set)
    for model, slug in table.references_in(table.with_current_slugs(row)):
        slugs[model].add(slug)
    found: dict[type[Record], set[int]] = {}
    for model in REFERENCES:
        for portion in chunks(sorted(slugs[model])):
            rows = model._default_manager.filter(slug__in=portion).order_by()
            found.setdefault(model, set()).update(rows.values_list("pk", flat=True))
    return found


def drafts_named_by(keys: Keys) -> list[Record]:
    """Return the drafts that are published with these records, and those that they name in their turn."""
    return [*drafts_among(_with_named(references_named_by(keys), None))]


def drafts_named_in(table: Table, row: WholeRow) -> list[Record]:
    """Return the drafts that are published with a working copy of this row."""
    return [*drafts_among(_with_named(references_in(table, row), None))]


def drafts_named_by_each(model: type[Record], keys: Collection[int]) -> dict[int, list[Record]]:
    """Return the drafts that are published with each of these records, by its key, in as many queries for all as for one."""
    # By the named record, the keys of those with which it is published.
    found: dict[type[Record], dict[int, set[int]]] = {}
    new = _owners_of_named(model, {key: {key} for key in keys})
    while new:
        reached: dict[type[Record], dict[int, set[int]]] = {}
        for named, owners in new.items():
            known = found.setdefault(named, {})
            left = {key: some - known.get(key, set()) for key, some in owners.items()}
            for key, some in left.items():
                known[key] = known.get(key, set()) | some
            hidden = {key: left[key] for key in _hidden(named, [*filter(left.get, left)], None)}
            for one, further in _owners_of_named(named, hidden).items():
                for key, some in further.items():
                    reached.setdefault(one, {}).setdefault(key, set()).update(some)
        new = reached
    drafts: dict[int, list[Record]] = defaultdict(list)
    for draft in drafts_among({named: owners.keys() for named, owners in found.items()}):
        for key in found[type(draft)][draft.pk]:
            drafts[key].append(draft)
    return drafts


def _owners_of_named(
    model: type[Record], owners: Mapping[int, Collection[int]]
) -> dict[type[Record], dict[int, set[int]]]:
    """What these records name, with the owners of those that name it."""
    found: dict[type[Record], dict[int, set[int]]] = {}
    for portion in chunks(sorted(owners)):
        for named, naming in named_references(model, portion).items():
            for key, some in naming.items():
                known = found.setdefault(named, {}).setdefault(key, set())
                known.update(*(owners[one] for one in some))
    return found


def drafts_among(references: Keys) -> Iterator[Record]:
    """The drafts among these reference records."""
    for model, keys in references.items():
        for portion in chunks(sorted(keys)):
            drafts = model._default_manager.filter(pk__in=portion).hidden_at(None)
            yield from drafts.order_by("pk")


def publish_references(
    references: Keys,
    *,
    by: AbstractUser,
    public_from: datetime.datetime,
    title: str = "",
    is_read: bool = False,
) -> None:
    """Publish the drafts among these reference records from that time on, and those that they name in their turn.

    What is to be public later, is so by that time. `title` is that of the record with which they are published. Raises
    NotPublishableError with the objections to any of them, and for those that were withdrawn.
    """
    now = timezone.now()
    moment = max(public_from, now)
    references = lock_named(references, moment)
    ended = [
        ended_objection(record)
        for model, keys in references.items()
        for portion in chunks(sorted(keys))
        for record in model._default_manager.with_status(*ENDED).filter(pk__in=portion).order_by("pk")
    ]
    if ended:
        raise NotPublishableError(ended)
    comment = published_with(title)
    for model in REFERENCES:
        for portion in chunks(sorted(references.get(model, ()))):
            hidden = [*model._default_manager.filter(pk__in=portion).hidden_at(moment).order_by("pk")]
            drafts = [record for record in hidden if not record.is_ever_public]
            if drafts:
                objections = model.objections_of(drafts, None if is_read else by)
                if refused := [
                    objection_to_named(record, one) for record in drafts for one in objections[record.pk]
                ]:
                    raise NotPublishableError(refused)
                keys = [record.pk for record in drafts]
                with without_notifications():
                    model.publish_rows(keys, by=by, now=now, public_from=public_from, comment=comment)
            if later := [record.pk for record in hidden if record.is_ever_public]:
                model.reschedule_rows(later, by=by, now=now, public_from=public_from, comment=comment)


def lock_named(references: Keys, moment: datetime.datetime | None) -> Keys:
    """Lock these reference records, and what the drafts among them name in their turn, and return them all.

    So none of them is withdrawn or changed while something that names it becomes public. The order is always the same, in
    which a record comes before those that it names: so no two transactions wait for each other. What is not public by the
    moment counts as a draft.
    """
    found = _with_named(references, moment)
    _lock(found)
    # Before it was locked, somebody may have changed what a draft names.
    again = _with_named(references, moment) if found != references else found
    if again != found:
        _lock(again)
    return again


def lock_named_by(keys: Keys) -> None:
    """Lock the reference records that these records name, and what the drafts among them name in their turn."""
    lock_named(references_named_by(keys), timezone.now())


def _lock(references: Keys) -> None:
    for model in reversed(REFERENCES):
        for portion in chunks(sorted(references.get(model, ()))):
            model.lock_all(portion)


def _with_named(references: Keys, moment: datetime.datetime | None) -> dict[type[Record], set[int]]:
    """These reference records, and what those of them that are not public by the moment name in their turn."""
    found: dict[type[Record], set[int]] = defaultdict(set)
    new: Keys = references
    while new:
        for model, some in new.items():
            found[model] |= {*some}
        named = references_named_by({model: _hidden(model, some, moment) for model, some in new.items()})
        new = {model: left for model, some in named.items() if (left := some - found[model])}
    return {model: some for model, some in found.items() if some}


def _hidden(model: type[Record], keys: Collection[int], moment: datetime.datetime | None) -> Collection[int]:
    found: set[int] = set()
    for portion in chunks(sorted(keys)):
        rows = model._default_manager.filter(pk__in=portion).hidden_at(moment).order_by()
        found.update(rows.values_list("pk", flat=True))
    return found


def _only(titles: Iterable[str]) -> str:
    """The title, if it is the only one; else ""."""
    some = [*titles]
    return some[0] if len(some) == 1 else ""
