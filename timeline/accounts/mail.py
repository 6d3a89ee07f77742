"""The queue of mails: written in the transaction of what they are about, sent afterwards, again where it failed."""

import logging
import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction
from django.urls import reverse, set_script_prefix
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from timeline.models import QueuedMail

logger = logging.getLogger(__name__)

PASSWORD_LINK = "{password_link}"
# The mails that one round sends.
BATCH_SIZE = 100
# In seconds: the shortest wait between two rounds, and the longest until the queue is looked at again.
MIN_WAIT, MAX_WAIT = 60, 3600
# Failures of one mail; after any other the server is left alone until the next round.
_FAILURES_OF_A_MAIL = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    ValueError,
)


@dataclass
class Result:
    """The numbers of mails that were sent, that will be tried again, and that were given up."""

    sent: int = 0
    deferred: int = 0
    given_up: int = 0


def absolute_url(path: str) -> str:
    """Return the whole address of a page, for mails."""
    return f"{settings.SITE_URL}{path}"


def password_path(user: User) -> str:
    """Return the path of the page on which this user sets a password: once, within PASSWORD_RESET_TIMEOUT."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password_reset_confirm", args=[key, default_token_generator.make_token(user)])


def queue_mail(user: User, subject: str, body: str, *, has_password_link: bool = False) -> None:
    """Queue a mail, which is sent once the transaction is committed.

    `has_password_link`: PASSWORD_LINK in the text stands for a link to set the password.
    """
    QueuedMail.objects.create(
        user=user,
        subject=" ".join(subject.split())[:400],
        body=body,
        has_password_link=has_password_link,
    )
    transaction.on_commit(start_sending, robust=True)


def send_due_mail() -> Result:
    """Send what is due, `BATCH_SIZE` mails at most. A mail that fails is tried again later."""
    result = Result()
    connection = get_connection()
    try:
        for mail in QueuedMail.objects.due().select_related("user")[:BATCH_SIZE]:
            if mail.claim() and not _send(mail, connection, result):
                break
    finally:
        connection.close()
    return result


def _send(mail: QueuedMail, connection: BaseEmailBackend, result: Result) -> bool:
    """Send a claimed mail. Returns False if the server is not available."""
    user: User = mail.user
    if not user.is_active or not user.email:
        mail.delete()
        return True
    body = mail.body
    if mail.has_password_link:
        body = body.replace(PASSWORD_LINK, absolute_url(password_path(user)))
    message = EmailMessage(
        mail.subject,
        body,
        to=[user.email],
        connection=connection,
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, ValueError) as error:
        if mail.defer():
            result.deferred += 1
            logger.warning("Mail %s to account %s is tried again later: %s", mail.pk, user.pk, _words(error))
        else:
            result.given_up += 1
            logger.error("A mail to account %s is given up: %s", user.pk, _words(error))
        return isinstance(error, _FAILURES_OF_A_MAIL)
    mail.delete()
    result.sent += 1
    return True


def _words(error: Exception) -> str:
    # Without the text of the exception, which may have addresses, and with the code of a server.
    return (
        f"{type(error).__name__} {getattr(error, 'smtp_code', None) or getattr(error, 'errno', None) or ''}"
    )


_wake_up = threading.Event()
_is_sending = threading.Lock()


def run_in_background(function: Callable[[], object]) -> None:
    """Call the function in a thread of its own, or at once without MAIL_IN_BACKGROUND. Errors are logged."""
    if settings.MAIL_IN_BACKGROUND:
        threading.Thread(target=_run, args=[function], name="mail", daemon=True).start()
    else:
        _run(function, close=False)


def _run(function: Callable[[], object], *, close: bool = True) -> None:
    try:
        if close:
            # A thread without a request knows no path of the site, which links in mails begin with.
            set_script_prefix(settings.FORCE_SCRIPT_NAME or "/")
        function()
    except Exception:
        logger.exception("Mails could not be processed")
    finally:
        if close:
            connections.close_all()


def start_sending() -> None:
    """Send the queue in the background: until it is empty, one thread of the process."""
    _wake_up.set()
    if not _is_sending.locked():
        run_in_background(_send_queue if settings.MAIL_IN_BACKGROUND else send_due_mail)


def _send_queue() -> None:
    if not _is_sending.acquire(blocking=False):
        return
    try:
        while True:
            _wake_up.clear()
            result = send_due_mail()
            next_mail = QueuedMail.objects.order_by("due_at").first()
            if next_mail is None:
                break
            if result.sent and not result.deferred:
                continue
            connections.close_all()
            wait = (next_mail.due_at - timezone.now()).total_seconds()
            _wake_up.wait(min(max(wait, MIN_WAIT), MAX_WAIT))
    finally:
        _is_sending.release()
    # What was queued between the last look and the release.
    if _wake_up.is_set() and QueuedMail.objects.due().exists():
        start_sending()
