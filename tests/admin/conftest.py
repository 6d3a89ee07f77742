"""The client of an editor with all permissions."""

import pytest
from django.test import Client

from tests.factories import make_editor


@pytest.fixture
def editor_client(client: Client) -> Client:
    client.force_login(make_editor())
    return client
