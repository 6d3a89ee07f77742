"""Two editors who are logged in to the admin."""

import pytest
from django.test import Client

from tests.rules.meetings import sit_down


@pytest.fixture
def ann() -> Client:
    return sit_down()


@pytest.fixture
def bob() -> Client:
    return sit_down()
