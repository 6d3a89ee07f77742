"""The notifications about records: which event tells whom, and in which words."""

import contextlib
import contextvars
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timeline.accounts.mail import absolute_url, queue_mail
from timeline.accounts.names import display_name
from timeline.accounts.texts import mail_language, paragraphs, signature
from timeline.i18n.display import format_datetime
from timeline.models import Entry, Kind, MailFrequency, Revision
from timeline.models.chunks import chunks
from timeline.models.records import Record, RecordKey, fetch_records, keys_of
from timeline.models.revisions import RevisionQuerySet, writers_of_copies
from timeline.workflow import TRANSITIONS, Action, Status, Transition

logger = logging.getLogger(__name__)

# The records that a mail names.
MAX_LISTED = 20

# The keys of records by the key of the user whom they concern.
KeysOfUsers = Mapping[int, Sequence[RecordKey]]
# The keys of records by event, by whom, and comment.
Collected = dict[tuple[str, AbstractUser, str], list[RecordKey]]
_collected: contextvars.ContextVar[Collected | None] = contextvars.ContextVar("collected", default=None)
_is_silent: contextvars.ContextVar[bool] = contextvars.ContextVar("is_silent", default=False)


def reachable_staff() -> QuerySet[User]:
    """The users of the admin who can receive mails, with their settings."""
    users = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    return users.select_related("account_settings").order_by("pk")


def reviewers() -> QuerySet[User]:
    """The reachable users who may publish records."""
    holders = get_user_model().objects.with_perm(
        TRANSITIONS["publish"].permission, backend="django.contrib.auth.backends.ModelBackend"
    )
    return reachable_staff().filter(pk__in=holders.values("pk"))


def _for_reviewers(keys: Sequence[RecordKey]) -> KeysOfUsers:
    return {user.pk: keys for user in reviewers()}


def keys_of_authors(keys: Iterable[RecordKey]) -> KeysOfUsers:
    """The records of each author and last submitter."""
    authors: dict[RecordKey, int] = {}
    submitters: dict[RecordKey, int] = {}
    for revisions in _revisions_of(keys):
        rows = revisions.filter(Q(number=1) | Q(action=Action.SUBMITTED)).by_number()
        for table, record, user, action in rows.values_list("table", "record", "created_by_id", "action"):
            authors.setdefault((table, record), user)
            if action == Action.SUBMITTED:
                submitters[table, record] = user
    found: dict[int, list[RecordKey]] = defaultdict(list)
    for key, author in authors.items():
        for user in {author, submitters.get(key, author)}:
            found[user].append(key)
    return found


def keys_of_copy_authors(keys: Iterable[RecordKey]) -> KeysOfUsers:
    """The records by the authors of their last working copies, which may have been published or discarded."""
    found: dict[int, list[RecordKey]] = defaultdict(list)
    for revisions in _revisions_of(keys):
        states = revisions.copies().by_number().defer("content")
        copies = [*{copy.record_key: copy for copy in states}.values()]
        writers = writers_of_copies(copies)
        for copy in copies:
            for user in writers[copy.pk]:
                found[user].append(copy.record_key)
    return found


def _revisions_of(keys: Iterable[RecordKey]) -> Iterator[RevisionQuerySet]:
    """The revisions of these records, in portions of one table."""
    by_table: dict[str, list[int]] = defaultdict(list)
    for table, key in keys:
        by_table[table].append(key)
    for table, some in by_table.items():
        for portion in chunks(some):
            yield Revision.objects.filter(table=table, record__in=portion)


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A mail about records: its recipients, subject (%(title)s), sentence (%(who)s, %(when)s) and the word for the comment.

    Without `recipients`, whoever notifies names them.
    """

    recipients: Callable[[Sequence[RecordKey]], KeysOfUsers] | None = None
    subject: str | Promise
    sentence: str | Promise
    comment_label: str | Promise = gettext_lazy("Note: %(comment)s")
    # Whether the records are gone: then the mail links to the deleted drafts of their model.
    is_deletion: bool = False


# By event; those of transitions have their names, those of transitions of working copies end in "_copy".
NOTIFICATIONS = {
    "submit": Notification(
        recipients=_for_reviewers,
        subject=gettext_lazy("For review: %(title)s"),
        sentence=gettext_lazy("%(who)s submitted this for review on %(when)s:"),
    ),
    "send_back": Notification(
        recipients=keys_of_authors,
        subject=gettext_lazy("Sent back: %(title)s"),
        sentence=gettext_lazy("%(who)s sent this back on %(when)s:"),
        comment_label=gettext_lazy("Reason: %(comment)s"),
    ),
    "publish": Notification(
        recipients=keys_of_authors,
        subject=gettext_lazy("Published: %(title)s"),
        sentence=gettext_lazy("%(who)s published this on %(when)s:"),
    ),
    # Instead of "publish", where the time of publication lies ahead.
    "schedule": Notification(
        recipients=keys_of_authors,
        subject=gettext_lazy("Scheduled: %(title)s"),
        sentence=gettext_lazy("%(who)s scheduled this on %(when)s:"),
    ),
    # Instead of "withdraw", where nobody has seen it: that of what was public is told on its page.
    "call_off": Notification(
        recipients=keys_of_authors,
        subject=gettext_lazy("No longer scheduled: %(title)s"),
        sentence=gettext_lazy("%(who)s called off the publication of this on %(when)s; it is a draft again:"),
        comment_label=gettext_lazy("Reason: %(comment)s"),
    ),
    "submit_copy": Notification(
        recipients=_for_reviewers,
        subject=gettext_lazy("Change for review: %(title)s"),
        sentence=gettext_lazy("%(who)s submitted a change of this for review on %(when)s:"),
    ),
    "send_back_copy": Notification(
        recipients=keys_of_copy_authors,
        subject=gettext_lazy("Change sent back: %(title)s"),
        sentence=gettext_lazy("%(who)s sent a change of this back on %(when)s:"),
        comment_label=gettext_lazy("Reason: %(comment)s"),
    ),
    "publish_copy": Notification(
        recipients=keys_of_copy_authors,
        subject=gettext_lazy("Change approved: %(title)s"),
        sentence=gettext_lazy("%(who)s approved a change of this on %(when)s:"),
    ),
    # A working copy is withdrawn only while it is scheduled.
    "withdraw_copy": Notification(
        recipients=keys_of_copy_authors,
        subject=gettext_lazy("Change no longer scheduled: %(title)s"),
        sentence=gettext_lazy("%(who)s called off the publication of a change of this on %(when)s:"),
        comment_label=gettext_lazy("Reason: %(comment)s"),
    ),
    "discard_copy": Notification(
        recipients=keys_of_copy_authors,
        subject=gettext_lazy("Change discarded: %(title)s"),
        sentence=gettext_lazy("%(who)s discarded a change of this on %(when)s:"),
        comment_label=gettext_lazy("Reason: %(comment)s"),
    ),
    "delete": Notification(
        recipients=keys_of_authors,
        subject=gettext_lazy("Deleted: %(title)s"),
        sentence=gettext_lazy("%(who)s deleted this on %(when)s:"),
        comment_label=gettext_lazy("Reason: %(comment)s"),
        is_deletion=True,
    ),
    "assign": Notification(
        subject=gettext_lazy("Assigned to you for review: %(title)s"),
        sentence=gettext_lazy("%(who)s assigned the review of this to you on %(when)s:"),
    ),
    "mention": Notification(
        subject=gettext_lazy("Comment for you: %(title)s"),
        sentence=gettext_lazy("%(who)s commented on this for you on %(when)s:"),
        comment_label=gettext_lazy("Comment: %(comment)s"),
    ),
}


def notify_of_transition(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Notify of a transition: an effect of those in NOTIFICATIONS."""
    notify(transition.name, keys_of(model, keys), by=by, comment=comment)


def notify_of_copy_transition(
    model: type[Record], keys: Sequence[int], by: AbstractUser, transition: Transition, comment: str
) -> None:
    """Notify of a transition of the working copies of these records."""
    notify(f"{transition.name}_copy", keys_of(model, keys), by=by, comment=comment)


def notify(
    event: str,
    keys: Sequence[RecordKey],
    *,
    by: AbstractUser,
    comment: str = "",
    to: Sequence[int] = (),
) -> None:
    """Queue the mails about an event of these records, in its transaction. A failure is logged and loses nothing else.

    `to` has the keys of the users to tell, if the notification does not know them.
    """
    if not settings.HAS_MAIL or _is_silent.get():
        return
    collected = _collected.get()
    if collected is not None and not to:
        transaction.on_commit(partial(collected[event, by, comment].extend, keys))
        return
    try:
        with transaction.atomic():
            for name, some in _keys_by_notification(event, keys).items():
                notification = NOTIFICATIONS[name]
                find = notification.recipients
                keys_of_users = find(some) if find else dict.fromkeys(to, some)
                _queue_mails(notification, keys_of_users, by, comment)
    except Exception:
        logger.exception("No mails about %s", event)


@contextlib.contextmanager
def notifications_together() -> Iterator[None]:
    """Notify once, at the end, of what several transactions do: of an action on many records of a list."""
    collected: Collected = defaultdict(list)
    token = _collected.set(collected)
    try:
        yield
    finally:
        _collected.reset(token)
        for (event, by, comment), keys in collected.items():
            notify(event, keys, by=by, comment=comment)


@contextlib.contextmanager
def without_notifications() -> Iterator[None]:
    """Notify nobody of what the block does: it comes along with something of which they are told."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def _keys_by_notification(event: str, keys: Sequence[RecordKey]) -> Mapping[str, Sequence[RecordKey]]:
    """The keys of the records by the name of their notification: of "publish" perhaps "schedule", of "withdraw" only "call_off"."""
    if event not in ("publish", "withdraw"):
        return {event: keys}
    records = fetch_records(keys)
    if event == "withdraw":
        drafts = [key for key in keys if key in records and records[key].status == Status.DRAFT]
        return {"call_off": drafts} if drafts else {}
    found: dict[str, list[RecordKey]] = defaultdict(list)
    for key in keys:
        if record := records.get(key):
            is_scheduled = record.is_published_or_scheduled and not record.is_public
            found["schedule" if is_scheduled else event].append(key)
    return found


def _queue_mails(
    notification: Notification, keys_of_users: KeysOfUsers, by: AbstractUser, comment: str
) -> None:
    users = [
        user
        for user in reachable_staff().filter(pk__in=keys_of_users).exclude(pk=by.pk)
        if delivery_of(user) == MailFrequency.AT_ONCE
    ]
    if not users:
        return
    listed = {key for user in users for key in keys_of_users[user.pk][:MAX_LISTED]}
    records = fetch_records(listed)
    now = timezone.now()
    for user in users:
        own_keys = keys_of_users[user.pk]
        own = [records[key] for key in own_keys[:MAX_LISTED] if key in records]
        if not own:
            continue
        with translation.override(mail_language(user)):
            context = {"who": display_name(by), "when": format_datetime(now)}
            body = paragraphs(
                str(notification.sentence) % context,
                list_of_records(own, len(own_keys), are_deleted=notification.is_deletion),
                str(notification.comment_label) % {"comment": comment} if comment else "",
                signature(with_choice=True),
            )
            title = own[0].title
            if len(own_keys) > 1:
                title = ngettext(
                    "%(title)s and %(count)s more", "%(title)s and %(count)s more", len(own_keys) - 1
                ) % {"title": title, "count": len(own_keys) - 1}
            queue_mail(user, str(notification.subject) % {"title": title}, body)


def delivery_of(user: User) -> str:
    """When this user receives notifications."""
    settings_of_user = getattr(user, "account_settings", None)
    return settings_of_user.delivery if settings_of_user else MailFrequency.AT_ONCE


def list_of_records(records: Sequence[Record], count: int, *, are_deleted: bool = False) -> str:
    """Return titles, kinds and links of records, and how many more there are; `count` is the number of all."""
    items = [_item(record, is_deleted=are_deleted) for record in records]
    if others := count - len(records):
        items.append(ngettext("%(number)s more", "%(number)s more", others) % {"number": others})
    return "\n\n".join(items)


def _item(record: Record, *, is_deleted: bool) -> str:
    model = Kind(record.kind).model if isinstance(record, Entry) else type(record)
    page, keys = ("deleted", []) if is_deleted else ("change", [record.pk])
    address = absolute_url(reverse(f"admin:timeline_{model._meta.model_name}_{page}", args=keys))
    lines = [f"{record.title}（{model._meta.verbose_name}）", address]
    if record.published_at and record.published_at > timezone.now():
        lines.insert(1, _("It becomes public on %(when)s.") % {"when": format_datetime(record.published_at)})
    return "\n".join(lines)
