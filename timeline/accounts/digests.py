"""The daily list of what waits for somebody, for those who have chosen it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from timeline.accounts.mail import queue_mail
from timeline.accounts.notifications import (
    MAX_LISTED,
    KeysOfUsers,
    keys_of_authors,
    keys_of_copy_authors,
    list_of_records,
    reachable_staff,
    reviewers,
)
from timeline.accounts.texts import mail_language, paragraphs, signature, site_title
from timeline.models import AccountSettings, Assignment, MailFrequency, Mention, Revision
from timeline.models.records import RecordKey, fetch_records, keys_of, models_with_status
from timeline.workflow import Status

# The most records of a list that are counted.
MAX_COUNTED = 1_000


@dataclass(frozen=True)
class WaitingList:
    """Records that wait for somebody: a heading with %(count)s, and their keys by user."""

    heading: str | Promise
    keys_of_users: KeysOfUsers


def waiting_lists() -> list[WaitingList]:
    """What waits for whom now, in a fixed number of queries."""
    keys: list[RecordKey] = []
    for model in models_with_status():
        in_review = model._default_manager.with_status(Status.REVIEW).order_by("pk")
        keys += keys_of(model, in_review.values_list("pk", flat=True)[:MAX_COUNTED])
    copies = Revision.objects.current_copies().with_status(Status.REVIEW).order_by("created_at", "pk")
    changes = [*copies.values_list("table", "record")[:MAX_COUNTED]]
    returned, returned_changes = (
        Revision.objects.returned().filter(applied=applied).values_list("table", "record")[:MAX_COUNTED]
        for applied in (True, False)
    )
    return [
        WaitingList(gettext_lazy("To review: %(count)s"), {user.pk: keys for user in reviewers()}),
        WaitingList(gettext_lazy("Sent back to you: %(count)s"), keys_of_authors(returned)),
        WaitingList(gettext_lazy("Changes to review: %(count)s"), {user.pk: changes for user in reviewers()}),
        WaitingList(
            gettext_lazy("Changes sent back to you: %(count)s"), keys_of_copy_authors(returned_changes)
        ),
        WaitingList(gettext_lazy("Assigned to you: %(count)s"), _keys_of_assignees({*keys, *changes})),
        WaitingList(gettext_lazy("Comments for you: %(count)s"), _keys_of_mentioned()),
    ]


def _keys_of_assignees(in_review: Collection[RecordKey]) -> KeysOfUsers:
    found: dict[int, list[RecordKey]] = defaultdict(list)
    rows = Assignment.objects.order_by("assigned_at", "pk").values_list("user", "table", "record")
    for user, table, key in rows[:MAX_COUNTED]:
        if (table, key) in in_review:
            found[user].append((table, key))
    return found


def _keys_of_mentioned() -> KeysOfUsers:
    """The records with comments that wait for somebody."""
    found: dict[int, dict[RecordKey, None]] = defaultdict(dict)
    rows = Mention.objects.unanswered().order_by("comment__created_at", "comment")
    for user, table, key in rows.values_list("user", "comment__table", "comment__record")[:MAX_COUNTED]:
        found[user][table, key] = None
    return {user: [*keys] for user, keys in found.items()}


def send_digests() -> int:
    """Queue the list of today for everybody who has chosen it and has not had it. Returns the number of mails."""
    if not settings.HAS_MAIL:
        return 0
    today = timezone.localdate()
    users = reachable_staff().filter(
        Q(account_settings__digest_sent_on=None) | Q(account_settings__digest_sent_on__lt=today),
        account_settings__delivery=MailFrequency.DIGEST,
    )
    lists = waiting_lists()
    sent = 0
    for user in users:
        with transaction.atomic():
            # Once a day, also where two processes do it.
            rows = AccountSettings.objects.filter(user=user).exclude(digest_sent_on=today)
            if rows.update(digest_sent_on=today):
                sent += _queue_digest(user, lists)
    return sent


def _queue_digest(user: User, lists: list[WaitingList]) -> bool:
    """Queue the mail, unless nothing waits."""
    own = [(one.heading, keys) for one in lists if (keys := one.keys_of_users.get(user.pk))]
    if not own:
        return False
    records = fetch_records({key for _heading, keys in own for key in keys[:MAX_LISTED]})
    # What is assigned to somebody also waits for all reviewers.
    count = len({key for _heading, keys in own for key in keys})
    with translation.override(mail_language(user)):
        parts = []
        for heading, keys in own:
            listed = [records[key] for key in keys[:MAX_LISTED] if key in records]
            parts += [str(heading) % {"count": len(keys)}, list_of_records(listed, len(keys))]
        subject = ngettext(
            "%(site)s: %(count)s record waits for you", "%(site)s: %(count)s records wait for you", count
        ) % {"site": site_title(), "count": count}
        queue_mail(user, subject, paragraphs(*parts, signature(with_choice=True)))
    return True
