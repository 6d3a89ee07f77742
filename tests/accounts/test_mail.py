"""The queue of mails: what is queued is sent or tried again, and nothing of a transaction that was rolled back."""

import datetime
import time

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import make_user
from tests.mails import link_in, mail_server_away
from timeline.accounts.mail import PASSWORD_LINK, Result, queue_mail, send_due_mail, start_sending
from timeline.models import QueuedMail
from timeline.models.queued_mails import RETRY_DELAYS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]


@pytest.fixture
def user():
    return make_user(email="wang@example.org")


def test_a_mail_is_sent_when_the_transaction_is_committed(
    user, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        queue_mail(user, "待审核：\n甲", "正文")
        assert mailoutbox == []
    (mail,) = mailoutbox
    assert (mail.to, mail.subject, mail.body) == (["wang@example.org"], "待审核： 甲", "正文")
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert not QueuedMail.objects.exists()


def test_nothing_is_sent_of_a_transaction_that_is_rolled_back(
    user, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        queue_mail(user, "甲", "正文")
        transaction.set_rollback(True)
    assert send_due_mail() == Result()
    assert mailoutbox == []


def test_a_mail_server_that_is_away_delays_and_loses_nothing(
    user, settings, mailoutbox, caplog, django_capture_on_commit_callbacks
):
    backend = settings.EMAIL_BACKEND
    mail_server_away(settings)
    with django_capture_on_commit_callbacks(execute=True):
        queue_mail(user, "甲", "正文")
    mail = QueuedMail.objects.get()
    assert mail.attempts == 1
    assert mail.due_at > timezone.now()
    assert "tried again later: ConnectionRefusedError" in caplog.text
    assert "wang@example.org" not in caplog.text
    settings.EMAIL_BACKEND = backend
    assert send_due_mail() == Result()
    QueuedMail.objects.update(due_at=timezone.now())
    assert send_due_mail() == Result(sent=1)
    assert mailoutbox[0].subject == "甲"


def test_one_round_does_not_wait_for_a_server_that_is_away_with_each_mail(user, settings):
    mail_server_away(settings)
    for _number in range(3):
        queue_mail(user, "甲", "正文")
    assert send_due_mail() == Result(deferred=1)
    assert QueuedMail.objects.due().count() == 2


def test_after_three_days_a_mail_is_given_up_and_the_log_says_so(user, settings, caplog):
    mail_server_away(settings)
    queue_mail(user, "甲", "正文")
    for _attempt in RETRY_DELAYS:
        QueuedMail.objects.update(due_at=timezone.now())
        assert send_due_mail() == Result(deferred=1)
    QueuedMail.objects.update(due_at=timezone.now())
    assert send_due_mail() == Result(given_up=1)
    assert not QueuedMail.objects.exists()
    assert f"A mail to account {user.pk} is given up" in caplog.text
    assert sum(RETRY_DELAYS, datetime.timedelta()) > datetime.timedelta(days=2.5)


def test_a_mail_that_another_process_is_sending_is_left_alone(user, mailoutbox):
    queue_mail(user, "甲", "正文")
    here, there = QueuedMail.objects.get(), QueuedMail.objects.get()
    assert there.claim()
    assert not here.claim()
    assert send_due_mail() == Result()
    assert mailoutbox == []


def test_an_account_that_was_deactivated_meanwhile_receives_nothing(user, mailoutbox):
    queue_mail(user, "甲", "正文")
    user.is_active = False
    user.save()
    assert send_due_mail() == Result()
    assert not QueuedMail.objects.exists()
    assert mailoutbox == []


def test_a_mail_goes_to_the_address_that_the_account_has_when_it_is_sent(user, mailoutbox):
    queue_mail(user, "甲", "正文")
    user.email = "new@example.org"
    user.save()
    send_due_mail()
    assert mailoutbox[0].to == ["new@example.org"]


def test_a_link_is_made_when_the_mail_is_sent_and_never_stored(user, mailoutbox):
    queue_mail(user, "甲", f"这里：{PASSWORD_LINK}", has_password_link=True)
    assert "set-password" not in QueuedMail.objects.get().body
    send_due_mail()
    assert mailoutbox[0].body.startswith("这里：https://chronicle.example/admin/set-password/")
    assert link_in(mailoutbox[0].body)


def test_what_people_write_never_becomes_a_link(user, mailoutbox):
    queue_mail(user, "甲", f"附言：{PASSWORD_LINK}")
    send_due_mail()
    assert mailoutbox[0].body == f"附言：{PASSWORD_LINK}"


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_the_server_empties_the_queue(user, settings, mailoutbox):
    settings.MAIL_IN_BACKGROUND = True
    QueuedMail.objects.bulk_create(QueuedMail(user=user, subject=str(n), body="正文") for n in range(3))
    start_sending()
    for _tenth in range(300):
        if len(mailoutbox) == 3 and not QueuedMail.objects.exists():
            break
        time.sleep(0.1)
    assert [mail.subject for mail in mailoutbox] == ["0", "1", "2"]
