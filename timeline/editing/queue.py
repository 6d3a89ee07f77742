"""The queue of a person: what they have to review, what was returned to them, what they work on, what is scheduled."""

import contextlib
import datetime
import functools
import logging
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.editing.comments import unanswered_mentions
from timeline.editing.stages import is_called_off, is_returned, revisions_of_each
from timeline.models import Action, Assignment, Revision
from timeline.models.named import slug_owner_name
from timeline.models.records import Record, RecordKey, models_with_status
from timeline.models.revisions import WRITING, RevisionQuerySet
from timeline.workflow import TRANSITIONS, Status

# Of records, or of their working copies.
Rows = QuerySet[Any, Any]
# The name of the list of comments that wait for somebody, which has no records of its own.
COMMENTS = "comments"
COMMENTS_LABEL = _("Comments for me")
COMMENTS_EMPTY = _("No comment waits for you.")
# In seconds. What was scheduled becomes public without a revision.
MAX_AGE_OF_COUNTS = 60
# For how long the author of what was discarded or deleted is told so.
SHOWN_ENDINGS = datetime.timedelta(days=30)
# What ends a working copy.
ENDINGS = (Action.REVISED, Action.DISCARDED)

logger = logging.getLogger(__name__)


class QueueItem(NamedTuple):
    """A record in a queue, or its working copy, since when, and its rank: what has a lower one comes first.

    `ending` is the key of the revision that discarded the working copy or deleted the record, 0 for what is at hand.
    """

    table: str
    record: int
    is_copy: bool
    since: datetime.datetime | None
    rank: int
    ending: int = 0


@dataclass(frozen=True)
class QueueList:
    """A list of the queue: the items of a user, and whether it is for them."""

    name: str
    label: str | Promise
    # What the list is, if it is empty.
    empty: str | Promise
    records: Callable[[type[Record], User], Rows]
    copies: Callable[[User], Rows]
    # Revisions that ended what the user had written, which is no longer at hand.
    endings: Callable[[User], Rows] | None = None
    newest_first: bool = False
    permission: str = TRANSITIONS["submit"].permission

    def is_for(self, user: User) -> bool:
        return bool(user.has_perm(self.permission))

    def parts(self, user: User) -> Iterator[tuple[Rows, type[Record] | None]]:
        """The rows of each table that are items of the user, with its model; None for working copies and endings."""
        for model in models_with_status():
            yield self.records(model, user), model
        yield self.copies(user), None
        if self.endings is not None:
            yield self.endings(user).annotate(ending=F("pk")), None

    def items(self, user: User) -> Rows:
        """The items of the user, in the order of the list: one query, whatever the number of tables."""
        first, *others = (_as_items(rows, model) for rows, model in self.parts(user))
        since = "-since" if self.newest_first else "since"
        return first.union(*others, all=True).order_by("rank", since, "of_table", "key")


def _as_items(rows: Rows, model: type[Model] | None) -> Rows:
    """The columns of QueueItem. The working copies are revisions."""
    table: Value | F = Value(slug_owner_name(model), CharField()) if model else F("table")
    key = F("pk") if model else F("record")
    named = rows.order_by().annotate(of_table=table, key=key, is_copy=Value(model is None, BooleanField()))
    if "ending" not in named.query.annotations:
        named = named.annotate(ending=Value(0, BigIntegerField()))
    items: Rows = named.values_list("of_table", "key", "is_copy", "since", "rank", "ending")
    return items


def _ranked(rows: Rows, since: Rows | F | Coalesce, rank: Case | None = None) -> Rows:
    time = since if isinstance(since, (F, Coalesce)) else Subquery(since, output_field=DateTimeField())
    ranked: Rows = rows.annotate(since=time, rank=rank or Value(0, IntegerField()))
    return ranked


def _of_copy(**conditions: object) -> RevisionQuerySet:
    """The states of the working copy that the outer query is at, former ones included, those of earlier copies not."""
    ended = Revision.objects.filter(
        table=OuterRef("table"),
        record=OuterRef("record"),
        action__in=ENDINGS,
        number__gt=OuterRef("number"),
        number__lt=OuterRef(OuterRef("number")),
    )
    states = Revision.objects.filter(
        table=OuterRef("table"), record=OuterRef("record"), applied=False, number__lte=OuterRef("number")
    )
    return states.filter(**conditions).exclude(Exists(ended.order_by()))


def _last_time(revisions: RevisionQuerySet) -> Rows:
    return revisions.order_by("-number").values("created_at")[:1]


def _own_records(model: type[Record], user: User) -> Q:
    """The condition on drafts that the user began or has submitted."""
    of_each = revisions_of_each(model).filter(created_by=user).order_by()
    return Q(Exists(of_each.filter(number=1))) | Q(Exists(of_each.filter(action=Action.SUBMITTED)))


def _own_copies(user: User) -> Q:
    """The condition on working copies that the user has written in them or submitted them."""
    return Q(Exists(_of_copy(created_by=user, action__in=[*WRITING, Action.SUBMITTED]).order_by()))


def _returned(model: type[Model]) -> Q:
    """The condition on drafts that they were sent back or called off, and not submitted since."""
    return Q(is_returned(model)) | Q(is_called_off(model))


def _returned_copies() -> Q:
    """The condition on working copies that they were sent back or called off, and not submitted since."""
    of_record = Revision.objects.filter(table=OuterRef("table"), record=OuterRef("record"))
    sent_back, called_off = (
        steps.filter(applied=False).order_by() for steps in (of_record.sent_back(), of_record.called_off())
    )
    return Q(Exists(sent_back)) | Q(Exists(called_off))


def _assigned(user: User, table: str | OuterRef, key: str) -> Case:
    """0 for what is assigned to the user, 1 for what is not."""
    own = Assignment.objects.filter(user=user, table=table, record=OuterRef(key))
    return Case(When(Exists(own), then=0), default=1, output_field=IntegerField())


def _records_to_review(model: type[Record], user: User) -> Rows:
    submitted = revisions_of_each(model).filter(action=Action.SUBMITTED)
    rows = model._default_manager.visible_to(user).with_status(Status.REVIEW)
    return _ranked(rows, _last_time(submitted), _assigned(user, slug_owner_name(model), "pk"))


def _copies_to_review(user: User) -> Rows:
    copies = Revision.objects.visible_to(user).working_copies().with_status(Status.REVIEW)
    submitted = Subquery(_last_time(_of_copy(action=Action.SUBMITTED)), output_field=DateTimeField())
    # One that could not be published at its time may have been scheduled without a submission.
    since = Coalesce(submitted, F("created_at"))
    return _ranked(copies, since, _assigned(user, OuterRef("table"), "record"))


def _returned_records(model: type[Record], user: User) -> Rows:
    rows = model._default_manager.visible_to(user).with_status(Status.DRAFT).filter(_own_records(model, user))
    returned = revisions_of_each(model).filter(action__in=[Action.SENT_BACK, Action.WITHDRAWN])
    return _ranked(rows.filter(_returned(model)), _last_time(returned))


def _own_returned_copies(user: User) -> Rows:
    copies = Revision.objects.visible_to(user).working_copies().with_status(Status.DRAFT)
    copies = copies.filter(_own_copies(user)).filter(_returned_copies())
    returned = _of_copy(action__in=[Action.SENT_BACK, Action.UNSCHEDULED])
    return _ranked(copies, _last_time(returned))


def _own_endings(user: User) -> Rows:
    """What others discarded or deleted of the user's lately, until the user does anything with the record.

    What an import of theirs wrote and its undoing ended stands with the import.
    """
    of_record = Revision.objects.filter(table=OuterRef("table"), record=OuterRef("record")).order_by()
    later = of_record.filter(number__gt=OuterRef("number"))
    is_own = Q(Q(batch=None) | Q(batch__undone_at=None), created_by=user)
    own_copy = _of_copy(action__in=[*WRITING, Action.SUBMITTED]).filter(is_own).order_by()
    # Each in an index of its own; together, SQLite would look through all that the user has written.
    begun = of_record.filter(is_own, number=1)
    submitted = of_record.filter(is_own, action=Action.SUBMITTED)
    since = timezone.now() - SHOWN_ENDINGS
    rows = Revision.objects.filter(
        Q(Exists(own_copy), action=Action.DISCARDED)
        | Q(Exists(begun), action=Action.DELETED)
        | Q(Exists(submitted), action=Action.DELETED),
        created_at__gte=since,
    )
    # What was deleted and is recovered is no longer gone.
    done = Q(created_by=user) | Q(action__in=[*ENDINGS, Action.DELETED, Action.RESTORED])
    return _ranked(rows.exclude(created_by=user).exclude(Exists(later.filter(done))), F("created_at"))


def _records_in_work(model: type[Record], user: User) -> Rows:
    """The drafts of the user, and what they have submitted."""
    rows = (
        model._default_manager.visible_to(user)
        .with_status(Status.DRAFT, Status.REVIEW)
        .filter(_own_records(model, user))
    )
    rows = rows.exclude(pk__in=rows.with_status(Status.DRAFT).filter(_returned(model)).values("pk"))
    last = _last_time(revisions_of_each(model))
    return _ranked(rows, last)


def _copies_in_work(user: User) -> Rows:
    copies = Revision.objects.visible_to(user).working_copies().with_status(Status.DRAFT, Status.REVIEW)
    copies = copies.filter(_own_copies(user))
    copies = copies.exclude(pk__in=copies.with_status(Status.DRAFT).filter(_returned_copies()).values("pk"))
    return _ranked(copies, F("created_at"))


def _scheduled_records(model: type[Record], user: User) -> Rows:
    return _ranked(model._default_manager.visible_to(user).scheduled(), F("published_at"))


def _scheduled_copies(user: User) -> Rows:
    return _ranked(Revision.objects.visible_to(user).scheduled(), F("public_from"))


QUEUE = {
    one.name: one
    for one in (
        QueueList(
            "review",
            _("To review"),
            _("Nothing waits for review."),
            _records_to_review,
            _copies_to_review,
            permission=TRANSITIONS["publish"].permission,
        ),
        QueueList(
            "returned",
            _("Returned to me"),
            _("Nothing was returned to you."),
            _returned_records,
            _own_returned_copies,
            endings=_own_endings,
            newest_first=True,
        ),
        QueueList(
            "drafts",
            _("Mine in work"),
            _("You have no drafts and no working copies."),
            _records_in_work,
            _copies_in_work,
            newest_first=True,
        ),
        QueueList(
            "scheduled",
            _("Scheduled"),
            _("Nothing is scheduled."),
            _scheduled_records,
            _scheduled_copies,
            permission="timeline.view_entry",
        ),
    )
}


def lists_for(user: User) -> list[QueueList]:
    return [one for one in QUEUE.values() if one.is_for(user)]


def count_items(lists: Sequence[QueueList], user: User) -> dict[str, int]:
    """The number of items of each of these lists, and of the comments that wait for the user; one query."""
    parts = [_counted(rows, number) for number, one in enumerate(lists) for rows, _model in one.parts(user)]
    comments = _counted(unanswered_mentions(user), len(lists))
    counts = [0] * (len(lists) + 1)
    for number, count in comments.union(*parts, all=True):
        counts[number] += count
    return dict(zip([*(one.name for one in lists), COMMENTS], counts, strict=True))


def known_counts(user: User) -> dict[str, int]:
    """The counts of the lists of the user, which are counted anew once somebody has done something, or after a while.

    Two queries of next to no time: whatever moves an item to another list leaves a revision.
    """
    comments = unanswered_mentions(user).count()
    last = Revision.objects.order_by("-pk").values_list("pk", "created_at").first()
    lists = lists_for(user)
    # Somebody who has joined a group since has other lists.
    names = ".".join(one.name for one in lists)
    state = f"{last[0]}.{last[1].timestamp()}" if last else "none"
    key = f"timeline.queue.{user.pk}.{names}.{state}"
    try:
        counts: dict[str, int] | None = cache.get(key)
    except Exception as error:  # Each cache has exceptions of its own.
        logger.warning("The shared cache does not answer: %s", error)
        return count_items(lists, user)
    if counts is None:
        counts = count_items(lists, user)
        with contextlib.suppress(Exception):
            cache.set(key, counts, MAX_AGE_OF_COUNTS)
    return counts | {COMMENTS: comments}


def _counted(rows: Rows, number: int) -> Rows:
    """One row: the number of the list, and that of these rows. Not an aggregate, which would be grouped."""
    count = Func(F("pk"), template="COUNT(%(expressions)s)", output_field=IntegerField())
    named = rows.order_by().annotate(of_list=Value(number, IntegerField()), count_of_rows=count)
    counted: Rows = named.values_list("of_list", "count_of_rows")
    return counted


def lately_changed(user: User, limit: int) -> list[Revision]:
    """The last revision of each of the records that the user may view and that were changed last, in two queries."""
    rows = Revision.objects.visible_to(user).order_by("-created_at", "-pk")
    newest: dict[RecordKey, tuple[int, str]] = {}
    for key, table, record, action in rows.values_list("pk", "table", "record", "action")[: limit * 10]:
        newest.setdefault((table, record), (key, action))
    # What was deleted has no page to lead to.
    kept = [key for key, action in newest.values() if action != Action.DELETED]
    found = Revision.objects.select_related("created_by").defer("content").in_bulk(kept[:limit])
    return sorted(found.values(), key=lambda one: (one.created_at, one.pk), reverse=True)


def items_of(rows: Iterable[tuple[str, int, int, datetime.datetime, int, int]]) -> list[QueueItem]:
    return [
        QueueItem(table, key, bool(is_copy), since, rank, ending)
        for table, key, is_copy, since, rank, ending in rows
    ]


def of_keys(items: Sequence[QueueItem]) -> Q:
    """The condition on revisions that they are of the records of these items, of which there is at least one."""
    by_table: dict[str, set[int]] = {}
    for item in items:
        by_table.setdefault(item.table, set()).add(item.record)
    conditions: Iterator[Q] = (Q(table=table, record__in=keys) for table, keys in by_table.items())
    return functools.reduce(operator.or_, conditions)
