"""Mails that wait: when they are due, and how often they are tried."""

import pytest
from django.utils import timezone

from tests.factories import make_user
from timeline.models import PasswordResetRequest, QueuedMail
from timeline.models.queued_mails import RETRY_DELAYS

pytestmark = pytest.mark.django_db


def make_mail():
    return QueuedMail.objects.create(user=make_user(), subject="甲", body="正文")


def test_a_mail_is_tried_a_limited_number_of_times_at_growing_distances():
    mail = make_mail()
    for delay in RETRY_DELAYS:
        before = timezone.now()
        assert mail.defer()
        assert mail.due_at >= before + delay
        assert not QueuedMail.objects.due().exists()
    assert not mail.defer()
    assert not QueuedMail.objects.exists()


def test_one_process_claims_a_mail():
    mail = make_mail()
    other = QueuedMail.objects.get()
    assert mail.claim()
    assert not other.claim()


def test_rows_are_found_by_their_natural_keys():
    mail, request = make_mail(), PasswordResetRequest.objects.create(email="wang@example.org")
    assert QueuedMail.objects.get_by_natural_key(*mail.natural_key()) == mail
    assert PasswordResetRequest.objects.get_by_natural_key(*request.natural_key()) == request
    assert (str(mail), str(request)) == ("甲", "wang@example.org")
