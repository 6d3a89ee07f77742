"""Fixtures of the export tests: a policy with its citation, and a chronicle with entries in every status."""

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
    """Entries of every kind in each hidden status, added to the public world; by status, the policy first."""
    return {
        status: add_entries(copy.deepcopy(module_world), f"未公开 {status}：", status=status)
        for status in HIDDEN
    }
