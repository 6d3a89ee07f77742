"""Comments and mentions: what the database guarantees of them."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make_user
from timeline.models import Comment, Mention

pytestmark = pytest.mark.django_db


def make_comment(**kw):
    return Comment.objects.create(
        **{"table": "topic", "record": 1, "text": "评论", "created_by": make_user()} | kw
    )


def test_an_answer_is_not_resolved_and_whoever_resolves_is_named():
    thread, user = make_comment(), make_user()
    now = timezone.now()
    for wrong in (
        {"resolved_at": now},
        {"resolved_by": user},
        {"resolved_at": now, "resolved_by": user, "parent": thread},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_comment(**wrong)
    make_comment(resolved_at=now, resolved_by=user)


def test_threads_and_unresolved_ones_are_told_apart():
    thread, user = make_comment(), make_user()
    make_comment(parent=thread)
    resolved = make_comment(resolved_at=timezone.now(), resolved_by=user)
    make_comment(table="source")
    of_topic = Comment.objects.for_key("topic", 1)
    assert [*of_topic.threads()] == [thread, resolved]
    assert [*of_topic.unresolved()] == [thread]
    assert resolved.is_resolved
    assert not thread.is_resolved


def test_a_comment_mentions_somebody_once():
    comment, user = make_comment(), make_user()
    Mention.objects.create(comment=comment, user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mention.objects.create(comment=comment, user=user)
    assert Mention.objects.of_thread(comment).unanswered().count() == 1
