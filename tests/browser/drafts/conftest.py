"""Fixtures of the draft tests: a draft policy, and the records that its form refers to."""

import pytest

from tests import factories as make
from timeline.editing.revisions import record_revision


@pytest.fixture
def records(site, people):
    make.make_topic(title="智慧健康")
    make.make_organization(title="宁波市政府")
    make.make_source(title="宁波日报", slug="daily")


@pytest.fixture
def draft(records):
    policy = make.make_policy(title="关于试点的意见", date="2013-01")
    make.make_citation(policy, source=make.make_source(title="另一来源"), locator="¶1")
    record_revision(policy, by=make.make_user(username="zhou"))
    return policy
