"""Open forms: current for a minute after they were last heard of, deleted after an hour."""

import datetime

import pytest
from django.utils import timezone

from tests.factories import make_user
from timeline.models import OpenForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("age", "is_current", "is_expired"), [(30, True, False), (50, False, False), (3700, False, True)]
)
def test_a_form_is_current_for_forty_seconds(age, is_current, is_expired):
    seen_at = timezone.now() - datetime.timedelta(seconds=age)
    OpenForm.objects.create(table="topic", record=1, user=make_user(), opened_at=seen_at, seen_at=seen_at)
    assert OpenForm.objects.current().exists() == is_current
    assert OpenForm.objects.expired().exists() == is_expired
