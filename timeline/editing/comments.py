"""Comments on records: threads that are answered, resolved and reopened, and whom they address."""

import functools
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.accounts.notifications import notify
from timeline.editing.comparison import column_label
from timeline.editing.revisions import model_of
from timeline.models import Comment, Mention, SentForm
from timeline.models.chunks import chunks
from timeline.models.comments import MAX_COMMENT_LENGTH, CommentQuerySet
from timeline.models.records import Record, RecordKey, key_of
from timeline.rows.tables import table_of
from timeline.values.text import clean_prose
from timeline.workflow import TRANSITIONS

# The most threads that a form shows of a record, and the most comments of each.
MAX_THREADS = 200
MAX_REPLIES = 100
# The table in a sent form.
_COMMENTS = str(Comment._meta.model_name)


@dataclass(frozen=True)
class Thread:
    """A comment with what answers it; `field_label` is "" for the whole record."""

    comment: Comment
    field_label: str
    replies: Sequence[Comment]

    @property
    def comments(self) -> list[Comment]:
        return [self.comment, *self.replies]


def may_comment(user: AbstractUser | AnonymousUser) -> bool:
    """Whether the user may write comments on what they may view: whoever may submit records."""
    return bool(user.has_perm(TRANSITIONS["submit"].permission))


# Chinese text may stand before the @ without a space.
_WRITTEN_NAME = re.compile(r"(?<![A-Za-z0-9._+-])@([\w.+-]*\w)")


def staff() -> list[User]:
    """The users who can be mentioned, by name."""
    users = get_user_model().objects.filter(is_active=True, is_staff=True)
    return sorted(users, key=display_name)


@functools.cache
def _field_names(model: type[models.Model]) -> tuple[str, ...]:
    table = table_of(model)
    return (*table.columns, *table.parts)


def fields_to_comment_on(model: type[models.Model]) -> dict[str, str]:
    """The labels of the columns and lists of parts that comments can be on, by name."""
    table = table_of(model)
    return {name: column_label(table, name) for name in _field_names(model)}


def threads_of(record: Record, field: str = "") -> CommentQuerySet:
    """The comments that begin the threads on a record or a field of it: those unresolved first, the newest of each first."""
    threads = Comment.objects.for_key(*key_of(record)).threads()
    if field:
        threads = threads.filter(field=field)
    is_resolved = Q(resolved_at__isnull=False)
    rank = Case(When(is_resolved, then=1), default=0, output_field=IntegerField())
    return threads.select_related("created_by", "resolved_by").order_by(rank, "-created_at", "-pk")


def unresolved_threads(record: Record) -> list[Thread]:
    """The newest threads on a record that wait for somebody, the oldest of them first; two queries."""
    newest = threads_of(record).unresolved()[:MAX_THREADS]
    return with_replies(record, [*reversed(newest)])


def with_replies(record: Record, begun: Sequence[Comment]) -> list[Thread]:
    """These threads on a record, each with its last answers; one query."""
    labels = fields_to_comment_on(model_of(record))
    comments = Comment.objects.for_key(*key_of(record)).select_related("created_by")
    replies: dict[int, list[Comment]] = defaultdict(list)
    answers = comments.filter(parent__in=[one.pk for one in begun]).order_by("created_at", "pk")
    for reply in answers:
        if reply.parent_id is not None:
            replies[reply.parent_id].append(reply)
    return [Thread(one, labels.get(one.field, one.field), replies[one.pk][-MAX_REPLIES:]) for one in begun]


def count_unresolved(keys: Iterable[RecordKey]) -> dict[RecordKey, int]:
    """The number of unresolved threads of each record that has any; a query for each table."""
    by_table: dict[str, set[int]] = defaultdict(set)
    for table, key in keys:
        by_table[table].add(key)
    found: dict[RecordKey, int] = {}
    for table, some in by_table.items():
        for portion in chunks(some):
            rows = Comment.objects.unresolved().filter(table=table, record__in=portion).order_by()
            counts = rows.values("record").annotate(number=Count("pk")).values_list("record", "number")
            found |= {(table, key): number for key, number in counts}
    return found


def write_once(token: uuid.UUID | None, sent: dict[str, object], write: Callable[[], Comment]) -> Comment:
    """Write the comment of a form; one that the form with this token has written before is not written again.

    `sent` is what the form says: with the same token but other values it is another comment. Raises ValidationError.
    """
    if token is None:
        return write()
    try:
        return _write_once(token, sent, write)
    except IntegrityError:
        # The same form, sent twice at once, is known by now.
        return _write_once(token, sent, write)


@transaction.atomic
def _write_once(token: uuid.UUID, sent: dict[str, object], write: Callable[[], Comment]) -> Comment:
    forms = SentForm.objects.filter(token=token, table=_COMMENTS)
    form = forms.select_for_update().first()
    if form and form.content == sent and (written := Comment.objects.filter(pk=form.record).first()):
        return written
    comment = write()
    SentForm.objects.expired().delete()
    if form:
        forms.update(record=comment.pk, content=sent)
    else:
        SentForm.objects.create(token=token, table=_COMMENTS, record=comment.pk, content=sent)
    return comment


@transaction.atomic
def begin_thread(
    record: Record, *, by: User, text: str, field: str = "", people: Collection[int] = ()
) -> Comment:
    """Begin a thread on a record or a field of it. Raises ValidationError.

    It addresses these people and those whom the text names after an @.
    """
    if field and field not in _field_names(model_of(record)):
        raise ValidationError({"field": _("There is no such field.")})
    table, key = key_of(record)
    comment = Comment(table=table, record=key, field=field, text=_cleaned(text), created_by=by)
    comment.save()
    _address(comment, by, people)
    return comment


@transaction.atomic
def answer(thread: Comment, *, by: User, text: str, people: Collection[int] = ()) -> Comment:
    """Answer a thread, which it reopens. It addresses who began the thread, too. Raises ValidationError."""
    comment = Comment(
        table=thread.table,
        record=thread.record,
        field=thread.field,
        parent=thread,
        text=_cleaned(text),
        created_by=by,
    )
    comment.save()
    Comment.objects.filter(pk=thread.pk).update(resolved_at=None, resolved_by=None)
    mentions = Mention.objects.of_thread(thread)
    mentions.filter(user=by).unanswered().update(answered_at=comment.created_at)
    _address(comment, by, {*people, thread.created_by_id})
    return comment


@transaction.atomic
def resolve(thread: Comment, *, by: User) -> None:
    """Resolve a thread: it waits for nobody any more."""
    now = timezone.now()
    Comment.objects.unresolved().filter(pk=thread.pk).update(resolved_at=now, resolved_by=by)
    Mention.objects.of_thread(thread).unanswered().update(answered_at=now)


@transaction.atomic
def reopen(thread: Comment, *, by: User) -> None:
    """Reopen a thread. It addresses who had resolved it, unless that was the same person."""
    resolved_by = thread.resolved_by_id
    Comment.objects.filter(pk=thread.pk, parent=None).update(resolved_at=None, resolved_by=None)
    if resolved_by not in (None, by.pk):
        Mention.objects.update_or_create(comment=thread, user_id=resolved_by, defaults={"answered_at": None})


def named_in(text: str, people: Iterable[User]) -> set[int]:
    """The keys of the people whom the text names after an @, by their name or user name; of names that begin alike, the longest."""
    names: dict[str, set[int]] = defaultdict(set)
    for user in people:
        for name in (display_name(user), user.get_username()):
            names[name.casefold()].add(user.pk)
    longest_first = sorted(names, key=len, reverse=True)
    found: set[int] = set()
    for after in text.casefold().replace("＠", "@").split("@")[1:]:
        found |= next((names[one] for one in longest_first if after.startswith(one)), set())
    return found


def unknown_names_in(text: str) -> list[str]:
    """What stands behind an @ in a text and is the name of nobody who can be mentioned. What looks like an e-mail is none."""
    users, text = staff(), text.replace("＠", "@")
    # A name may go on after a blank.
    written = {found[1]: found.start() for found in _WRITTEN_NAME.finditer(text)}
    return [
        name
        for name, start in written.items()
        if not named_in(f"@{text[start + 1 :].partition('@')[0]}", users)
    ]


def _cleaned(text: str) -> str:
    text = clean_prose(text)
    if not text:
        raise ValidationError({"text": _("Write something.")})
    if len(text) > MAX_COMMENT_LENGTH:
        message = _("A comment has at most %(most)s characters; this one has %(count)s.")
        raise ValidationError({"text": message % {"most": MAX_COMMENT_LENGTH, "count": len(text)}})
    return text


def _address(comment: Comment, by: User, people: Collection[int]) -> None:
    """Record and notify whom the comment addresses."""
    users = staff()
    addressed = ({*people} | named_in(comment.text, users)) & {user.pk for user in users} - {by.pk}
    Mention.objects.bulk_create(Mention(comment=comment, user_id=key) for key in sorted(addressed))
    if addressed:
        notify("mention", [comment.record_key], by=by, comment=comment.text, to=sorted(addressed))


def unanswered_mentions(user: User) -> QuerySet[Mention]:
    """The comments that wait for the user, the oldest first."""
    return Mention.objects.for_user(user).unanswered().order_by("comment__created_at", "comment")
