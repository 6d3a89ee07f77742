"""A comment that is sent twice at the same time, each with its own database connection, on PostgreSQL."""

import uuid

from django.urls import reverse

from tests import factories as make
from tests.rules.meetings import SIMULTANEOUS, at_once
from timeline.models import Comment

pytestmark = SIMULTANEOUS


def test_of_a_form_that_is_sent_twice_at_once_one_comment_is_written(ann):
    topic = make.make_topic()
    address = reverse("admin:timeline_topic_comments", args=[topic.pk])
    for _time in range(5):
        sent = {"_token": str(uuid.uuid4()), "field": "", "text": "核对日期"}
        first, second = at_once(topic, lambda: ann.post(address, sent), lambda: ann.post(address, sent))  # noqa: B023
        assert first.status_code == second.status_code == 302
        assert first.url == second.url
    assert Comment.objects.count() == 5
