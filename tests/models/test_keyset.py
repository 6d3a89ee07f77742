"""The records before and after one, in an order with columns of both directions."""

import pytest

from tests import factories as make
from timeline.models import Topic
from timeline.models.keyset import beyond

pytestmark = pytest.mark.django_db

ORDER = [("position", True), ("slug", False)]


def test_before_and_after_every_record_are_all_others_in_their_order():
    for position in (1, 2):
        for slug in "abc":
            make.make_topic(slug=f"{slug}{position}", position=position)
    topics = list(Topic.objects.order_by("-position", "slug"))
    for place, topic in enumerate(topics):
        later = Topic.objects.filter(beyond(topic, ORDER, is_later=True)).order_by("-position", "slug")
        earlier = Topic.objects.filter(beyond(topic, ORDER, is_later=False)).order_by("-position", "slug")
        assert (list(earlier), list(later)) == (topics[:place], topics[place + 1 :])
