"""Assignments: a record has one at most."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import make_user
from timeline.models import Assignment

pytestmark = pytest.mark.django_db


def test_a_submission_is_assigned_to_one_person():
    values = {"table": "topic", "record": 1, "user": make_user(), "assigned_by": make_user()}
    Assignment.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(**values | {"user": make_user()})
    assert Assignment.objects.for_keys("topic", [1, 2]).count() == 1
    assert Assignment.objects.for_keys("source", [1]).count() == 0
