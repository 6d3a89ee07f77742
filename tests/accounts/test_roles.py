"""Groups: what setup_groups creates and repairs, and the permissions of each group."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from timeline.accounts import roles
from timeline.accounts.roles import ADMINISTRATORS, EDITORS, REVIEWERS, set_up_groups

pytestmark = pytest.mark.django_db


def rights_of(group):
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Group.objects.get(name=group).permissions.select_related("content_type")
    }


@pytest.mark.parametrize(
    ("permission", "role"),
    [
        ("timeline.submit_entry", EDITORS),
        ("timeline.publish_entry", REVIEWERS),
        ("auth.add_user", ADMINISTRATORS),
        ("sessions.view_session", ""),
    ],
)
def test_the_group_with_the_fewest_permissions_is_named(permission, role):
    assert roles.role_with(permission) == role


def test_setting_up_takes_and_gives_back_what_it_manages_and_nothing_else(capsys):
    set_up_groups()
    editors, others = Group.objects.get(name=EDITORS), Group.objects.create(name="校对")
    publish = Permission.objects.get(codename="publish_entry")
    foreign = Permission.objects.get(codename="view_session")
    editors.permissions.add(publish, foreign)
    editors.permissions.remove(Permission.objects.get(codename="add_policy"))
    others.permissions.add(publish)
    call_command("setup_groups")
    printed = capsys.readouterr().out
    assert printed == "编辑：已调整\n  + timeline.add_policy\n  - timeline.publish_entry\n"
    assert foreign in editors.permissions.all()
    assert publish in others.permissions.all()


def test_each_group_may_do_what_the_one_before_may_and_more():
    set_up_groups()
    assert rights_of(EDITORS) < rights_of(REVIEWERS) < rights_of(ADMINISTRATORS)
    assert "timeline.submit_entry" in rights_of(EDITORS)
    assert {"timeline.change_chronicle", "timeline.delete_topic"} <= rights_of(EDITORS)
    assert "timeline.add_chronicle" not in rights_of(REVIEWERS)
    assert rights_of(REVIEWERS) - rights_of(EDITORS) >= {
        f"timeline.{verb}_entry" for verb in ("send_back", "publish", "withdraw")
    }
    assert not {right for right in rights_of(REVIEWERS) if not right.startswith("timeline.")}
    assert {"auth.add_user", "otp_totp.delete_totpdevice", "axes.delete_accessattempt"} <= rights_of(
        ADMINISTRATORS
    )


def test_a_right_that_does_not_exist_is_said_and_nothing_is_done(monkeypatch):
    monkeypatch.setattr(
        roles, "ROLE_PERMISSIONS", {EDITORS: ["timeline.add_policy"], REVIEWERS: ["timeline.fly"]}
    )
    with pytest.raises(CommandError, match=r"timeline\.fly"):
        call_command("setup_groups")
    assert not Group.objects.exists()


@pytest.mark.django_db
def test_who_may_change_a_phase_may_change_what_it_cites():
    set_up_groups()
    for verb in ("add", "change", "delete"):
        permission = Permission.objects.get(codename=f"{verb}_phasecitation")
        assert {group.name for group in permission.group_set.all()} == {EDITORS, REVIEWERS, ADMINISTRATORS}
