"""Records that tests of exports share: a policy with its citation, and a chronicle in every status."""

import copy

import pytest

from tests.exports import make_cited_policy
from tests.statuses import HIDDEN
from tests.world import add_entries


@pytest.fixture
def policy(db):
    return make_cited_policy()


@pytest.fixture(scope="module")
def hidden(module_world):
    """Beside what is public in the world, entries of every kind in each other status; by status, the policy first."""
    return {
        status: add_entries(copy.deepcopy(module_world), f"未公开 {status}：", status=status)
        for status in HIDDEN
    }
