"""The admin of accounts: what administrators may do to other users, and not to superusers."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories as make
from tests.logins import fail, sign_in
from timeline.accounts.roles import ADMINISTRATORS, set_up_groups

pytestmark = pytest.mark.django_db


def administrator():
    set_up_groups()
    user = make.make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return user


def test_an_administrator_cannot_make_or_change_a_superuser(client):
    user, root = administrator(), make.make_editor()
    client.force_login(user)
    address = reverse("admin:auth_user_change", args=[user.pk])
    assert 'name="is_superuser"' not in client.get(address).content.decode()
    client.post(
        address, {"username": user.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    )
    assert not User.objects.get(pk=user.pk).is_superuser
    assert client.post(reverse("admin:auth_user_change", args=[root.pk]), {}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403
    assert client.post(reverse("admin:auth_user_delete", args=[root.pk]), {"post": "yes"}).status_code == 403


def test_an_administrator_resets_a_lost_second_factor_but_not_a_superusers(client):
    colleague, root = make.make_user(is_staff=True), make.make_editor()
    for owner in (colleague, root):
        TOTPDevice.objects.create(user=owner, confirmed=True, name="x")
    client.force_login(administrator())
    chosen = {"action": "forget_second_factor", "_selected_action": [colleague.pk, root.pk]}
    page = client.post(reverse("admin:auth_user_changelist"), chosen, follow=True).content.decode()
    assert "已停用1个账号的双重验证" in page
    assert [device.user for device in TOTPDevice.objects.all()] == [root]


@pytest.fixture
def lockout(settings):
    settings.AXES_ENABLED = True
    return settings


def test_an_administrator_unlocks_a_login(client, lockout):
    make.make_user(username="editor", password="right", is_staff=True)
    fail(client, 5)
    client.force_login(administrator())
    chosen = {"action": "unlock", "_selected_action": [User.objects.get(username="editor").pk]}
    assert "已解除1个账号的登录锁定" in client.post("/admin/auth/user/", chosen, follow=True).content.decode()
    client.logout()
    assert sign_in(client, password="right").status_code == 302
