"""Who has the form of a record open, and what was saved since it was opened."""

from django.contrib.auth.models import User
from django.utils import timezone

from timeline.models import OpenForm, Revision
from timeline.models.open_forms import TIME_TO_LEAVE
from timeline.models.records import Record, key_of

# The most others that are named.
MAX_NAMED = 5


def report_open_form(record: Record, user: User) -> list[OpenForm]:
    """Report that the user has the form of the record open, and return those of others. One row is written."""
    table, key = key_of(record)
    now = timezone.now()
    forms = OpenForm.objects.filter(table=table, record=key)
    own = forms.filter(user=user)
    if not own.filter(seen_at__gt=now - TIME_TO_LEAVE).update(seen_at=now):
        OpenForm.objects.expired().delete()
        OpenForm.objects.update_or_create(
            table=table, record=key, user=user, defaults={"opened_at": now, "seen_at": now}
        )
    return [*forms.current().exclude(user=user).select_related("user")[:MAX_NAMED]]


def report_closed_form(record: Record, user: User) -> None:
    """Report that the user has closed the form of the record. If they have it open on another page, that reports itself again."""
    table, key = key_of(record)
    OpenForm.objects.filter(table=table, record=key, user=user).delete()


def saved_since(record: Record, seen_number: int) -> Revision | None:
    """The last revision since the form was opened, also one by the same person on another page, or None."""
    later = Revision.objects.for_record(record).filter(number__gt=seen_number)
    return later.by_number().select_related("created_by").defer("content").last()
