"""The desk as tests of its screens find it: open to an editor with every right."""

import pytest
from django.test import Client

from tests.factories import make_editor


@pytest.fixture
def editor_client(client: Client) -> Client:
    client.force_login(make_editor())
    return client
