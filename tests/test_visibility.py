"""Who may read what: querysets by visibility and status."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from tests.factories import (
    make_editor,
    make_policy,
    make_topic,
    make_user,
    update_unchecked,
)
from tests.statuses import in_status
from timeline.models import Entry, Milestone, Policy, Topic
from timeline.workflow import ENDED, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.timedelta(days=1)


def test_published_is_neither_draft_nor_in_review_nor_withdrawn():
    entries = {status: in_status(status) for status in Status.values}
    assert list(Entry.objects.published().values_list("slug", flat=True)) == [entries["published"].slug]
    assert [status for status, entry in entries.items() if entry.has_ended] == [*ENDED]
    assert set(Entry.objects.ever_public().values_list("slug", flat=True)) == {
        entries[status].slug for status in (Status.PUBLISHED, *ENDED)
    }
    assert [status for status, entry in entries.items() if entry.is_public] == ["published"]


def test_what_is_appointed_for_later_is_not_public_until_then():
    entry = in_status(Status.DRAFT)
    entry.publish(by=make_user(), public_from=timezone.now() + DAY)
    assert entry.status == "published"
    assert not entry.is_public
    assert not Entry.objects.published().exists()
    assert not Entry.objects.visible_to(AnonymousUser()).exists()
    assert Entry.objects.ever_public().exists()
    # The scheduled time has passed.
    update_unchecked(Entry.objects.all(), published_at=timezone.now() - DAY)
    entry.refresh_from_db()
    assert entry.is_public
    assert Entry.objects.published().exists()


def viewer(*codenames, **kw):
    user = make_user(**kw)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return type(user).objects.get(pk=user.pk)


def test_staff_with_the_right_to_view_see_everything():
    for status in Status.values:
        in_status(status)
    assert Entry.objects.visible_to(viewer("view_entry", is_staff=True)).count() == len(Status)
    assert Milestone.objects.visible_to(viewer("view_milestone", is_staff=True)).count() == len(Status)
    assert Entry.objects.visible_to(make_editor()).count() == len(Status)


def test_everybody_else_sees_what_is_published():
    for status in Status.values:
        in_status(status)
    everybody_else = {
        "nobody": None,
        "anonymous": AnonymousUser(),
        "a plain user": make_user(),
        "a user with the right who is no staff": viewer("view_entry", "view_milestone"),
        "staff without the right": make_user(is_staff=True),
        "staff with another right": viewer("view_source", "change_entry", is_staff=True),
        "staff with the right who left": viewer(
            "view_entry", "view_milestone", is_staff=True, is_active=False
        ),
        "an administrator who left": make_editor(is_active=False),
    }
    for name, user in everybody_else.items():
        assert [entry.status for entry in Entry.objects.visible_to(user)] == ["published"], name
        assert [entry.status for entry in Milestone.objects.visible_to(user)] == ["published"], name


def test_the_right_to_view_one_kind_shows_no_drafts_of_another():
    in_status(Status.DRAFT)
    user = viewer("view_policy", is_staff=True)
    make_policy()
    assert Policy.objects.visible_to(user).count() == 1
    assert Milestone.objects.visible_to(user).count() == 0
    assert Entry.objects.visible_to(user).count() == 0


def test_what_can_become_public_by_a_moment_is_hidden_until_then_but_not_what_was_withdrawn():
    tomorrow, by = timezone.now() + DAY, make_user()
    draft, review, scheduled, public, withdrawn = (
        make_topic(slug=slug, published=False)
        for slug in ("draft", "review", "scheduled", "public", "withdrawn")
    )
    review.submit(by=by)
    scheduled.publish(by=by, public_from=tomorrow)
    public.publish(by=by)
    withdrawn.publish(by=by)
    withdrawn.withdraw(by=by, comment="有误")

    def hidden(moment):
        return [*Topic.objects.hidden_at(moment).order_by("pk").values_list("slug", flat=True)]

    assert hidden(None) == ["draft", "review"]
    assert hidden(timezone.now()) == ["draft", "review", "scheduled"]
    assert hidden(tomorrow) == ["draft", "review"]
