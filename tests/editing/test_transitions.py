"""Transitions: one revision each, and the working copies that they retire."""

import datetime

import pytest
from django.utils import timezone

from tests.editing.entries import whole
from tests.factories import make_citation, make_milestone, make_user
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db


def test_every_transition_leaves_one_revision_with_who_and_why():
    entry, editor, reviewer = make_milestone(), make_user(), make_user()
    make_citation(entry)
    entry.submit(by=editor, comment="请审")
    entry.send_back(by=reviewer, comment="缺英文")
    entry.submit(by=editor)
    entry.publish(by=reviewer, comment="可以")
    entry.withdraw(by=reviewer, comment="有误")
    kept = [
        (r.action, r.created_by, r.comment, r.status) for r in Revision.objects.for_record(entry).applied()
    ]
    assert kept == [
        ("submitted", editor, "请审", "review"),
        ("sent_back", reviewer, "缺英文", "draft"),
        ("submitted", editor, "", "review"),
        ("published", reviewer, "可以", "published"),
        ("withdrawn", reviewer, "有误", "withdrawn"),
    ]


def test_a_draft_that_is_not_to_be_public_after_all_takes_the_text_of_its_working_copy():
    entry, author, reviewer = make_milestone(title="原题"), make_user(), make_user()
    make_citation(entry)
    entry.publish(by=reviewer, public_from=timezone.now() + datetime.timedelta(days=1))
    save_working_copy(entry, whole(entry) | {"title": "改题"}, by=author, comment="补正")
    entry.withdraw(by=reviewer, comment="暂缓")
    assert (Milestone.objects.get().title, Milestone.objects.get().status) == ("改题", "draft")
    assert find_working_copy(entry) is None
    *_published, saved, called_off = Revision.objects.for_record(entry).applied()
    assert (saved.created_by, saved.comment, saved.action) == (author, "补正", "saved")
    # The reason is the last that is said.
    assert (called_off.created_by, called_off.comment, called_off.action) == (reviewer, "暂缓", "withdrawn")
