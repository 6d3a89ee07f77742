"""Working copies in each state, and users of each group."""

import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from tests.editing.entries import whole
from tests.factories import make_milestone, make_user, update_unchecked
from timeline.accounts.roles import set_up_groups
from timeline.editing.answers import Saved
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_scheduled_copy, find_working_copy, save_working_copy
from timeline.models import Entry, Revision

DAY = datetime.timedelta(days=1)


def make_member(group: str, **kw: Any) -> Any:
    """Create a member of a group of the admin."""
    set_up_groups()
    user = make_user(is_staff=True, **kw)
    user.groups.add(Group.objects.get(name=group))
    return type(user).objects.get(pk=user.pk)


def make_revised(by: Any, title: str = "改题", **kw: Any) -> Any:
    """Create a public milestone with a working copy that has another title."""
    entry = make_milestone(**{"title": "原题", "published": True} | kw)
    record_revision(entry, by=make_user())
    save_working_copy(entry, whole(entry) | {"title": title}, by=by)
    return entry


def do(entry: Entry, name: str, by: Any, **inputs: Any) -> Saved:
    """Perform a transition of the working copy, which must not be refused."""
    answer = perform_copy_transition(entry, name, by=by, **inputs)
    assert isinstance(answer, Saved), answer
    return answer


def schedule(entry: Entry, by: Any, at: datetime.datetime | None = None) -> Revision:
    """Schedule the working copy, by default for tomorrow."""
    do(entry, "publish", by, public_from=at or timezone.now() + DAY)
    copy = find_scheduled_copy(entry)
    assert copy is not None
    return copy


def let_its_time_come(entry: Entry) -> None:
    """As if the time of the scheduled working copy had come a minute ago."""
    past = timezone.now() - datetime.timedelta(minutes=1)
    update_unchecked(Revision.objects.for_record(entry).scheduled(), public_from=past)


def status_of_copy(entry: Entry) -> str | None:
    copy = find_working_copy(entry)
    return copy.status if copy else None
