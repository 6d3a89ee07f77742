"""The clients of an editor with all permissions, and of a user with some."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import make_editor, make_user


@pytest.fixture
def editor_client(client: Client) -> Client:
    client.force_login(make_editor())
    return client


@pytest.fixture
def with_rights(client):
    def enter(*rights):
        user = make_user(is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        assert user.user_permissions.count() == len(rights)
        client.force_login(user)
        return client

    return enter
