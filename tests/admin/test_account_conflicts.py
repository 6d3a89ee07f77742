"""Concurrent edits of accounts and groups: merged, or reported if both changed the same field."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make.make_user(username="wang", first_name="小", last_name="王", is_staff=True)


def opened(editor_client, record):
    """Return the form data of an account or a group."""
    form = fields_of(editor_client.get(screen(record)).content.decode())
    return form | ({"is_active": "on", "is_staff": "on"} if isinstance(record, User) else {})


def screen(record):
    return reverse(f"admin:auth_{record._meta.model_name}_change", args=[record.pk])


def test_what_one_left_alone_keeps_what_the_other_made_of_it(editor_client, account):
    form = opened(editor_client, account)
    User.objects.filter(pk=account.pk).update(first_name="大")
    assert editor_client.post(screen(account), form | {"last_name": "汪"}).status_code == 302
    account.refresh_from_db()
    assert (account.first_name, account.last_name) == ("大", "汪")


def test_what_both_changed_is_refused_once_with_what_is_stored(editor_client, account):
    form = opened(editor_client, account)
    User.objects.filter(pk=account.pk).update(first_name="大")
    refused = editor_client.post(screen(account), form | {"first_name": "老"})
    page = refused.content.decode()
    assert refused.status_code == 200
    assert "“大”" in page
    assert User.objects.get(pk=account.pk).first_name == "大"
    again = fields_of(page) | {"is_active": "on", "is_staff": "on"}
    assert again["first_name"] == "老"
    assert editor_client.post(screen(account), again).status_code == 302
    assert User.objects.get(pk=account.pk).first_name == "老"


def test_both_may_change_the_same_to_the_same(editor_client, account):
    form = opened(editor_client, account)
    User.objects.filter(pk=account.pk).update(first_name="老")
    assert editor_client.post(screen(account), form | {"first_name": "老"}).status_code == 302


def test_a_log_in_meanwhile_is_no_change(editor_client, account):
    form = opened(editor_client, account)
    User.objects.filter(pk=account.pk).update(last_login=timezone.now(), password="another")
    assert editor_client.post(screen(account), form | {"first_name": "老"}).status_code == 302
    account.refresh_from_db()
    assert (account.first_name, account.password) == ("老", "another")


def test_permissions_that_somebody_else_gave_meanwhile_stay(editor_client):
    group = Group.objects.create(name="校对")
    given = Permission.objects.get(codename="view_policy")
    form = opened(editor_client, group)
    group.permissions.add(given)
    assert editor_client.post(screen(group), form | {"name": "校对组"}).status_code == 302
    group.refresh_from_db()
    assert (group.name, list(group.permissions.all())) == ("校对组", [given])
