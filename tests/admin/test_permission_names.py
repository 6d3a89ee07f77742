"""Translated names of permissions in the admin."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.translation import gettext

from timeline.accounts.roles import EDITORS, set_up_groups
from timeline.admin import permission_names
from timeline.workflow import TRANSITIONS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("screen", ["group", "user"])
def test_permissions_are_offered_by_what_they_allow_in_the_language_of_the_admin(client, screen, monkeypatch):
    set_up_groups()
    root = User.objects.create_superuser("root")
    client.force_login(root)
    record = root if screen == "user" else Group.objects.get(name=EDITORS)
    chinese = {"Can add %(name)s": "可以新增%(name)s", "Axes": "登录保护"}
    monkeypatch.setattr(permission_names, "_", lambda text: chinese.get(text, gettext(text)))
    page = client.get(reverse(f"admin:auth_{screen}_change", args=[record.pk])).content.decode()
    assert ">编年 | 可以新增政策<" in page
    assert f"编年 | {TRANSITIONS['publish'].permission_label}" in page
    assert "Can add policy" not in page
    assert "登录保护 | 可以新增" in page
