"""Milestones: the policies they refer to."""

import pytest

from tests.factories import make_citation, make_milestone, make_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_milestone_that_names_a_policy_which_is_not_public_is_not_published(withdrawn):
    policy = make_policy(title="决定", published=withdrawn)
    if withdrawn:
        policy.withdraw(by=policy.published_by, comment="重复")
    milestone = make_milestone(policies=[policy])
    make_citation(milestone)
    (objection,) = milestone.objections_to_publishing()
    what = "was withdrawn" if withdrawn else "is not published"
    assert objection.message == f"The policy “决定”, which this names, {what}."
    assert (objection.field, objection.other) == ("policies", policy.pk)
