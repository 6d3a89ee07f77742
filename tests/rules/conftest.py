"""Two editors who are logged in to the admin; states of migrations that a module shares."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.kept_states import kept_states
from tests.rules.meetings import sit_down


@pytest.fixture
def ann() -> Client:
    return sit_down()


@pytest.fixture
def bob() -> Client:
    return sit_down()


@pytest.fixture(scope="module")
def quick_migrations() -> Iterator[None]:
    """Migrations render the models once for all tests of the module."""
    with kept_states():
        yield
