"""Services that do not answer and migrations that were not applied are found."""

import datetime

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tests.factories import make_user
from tests.ports import free_port
from timeline.models import QueuedMail
from timeline.operation.checks.findings import Level
from timeline.operation.checks.services import check_cache, check_database, check_mail, check_migrations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_database_that_answers_is_right():
    assert list(check_database()) == []
    assert list(check_migrations()) == []


def test_a_database_of_an_earlier_version_has_to_be_upgraded():
    MigrationRecorder.Migration.objects.filter(app="timeline").order_by("-name")[0].delete()
    (finding,) = check_migrations()
    assert (finding.level, finding.remedy) == (Level.ERROR, "manage.py upgrade")


def test_a_database_of_a_later_version_needs_that_version():
    MigrationRecorder.Migration.objects.create(app="timeline", name="9999_later")
    (finding,) = check_migrations()
    assert "timeline.9999_later" in finding.problem


def test_without_mail_there_is_a_notice():
    (finding,) = check_mail()
    assert (finding.level, "EMAIL_URL" in finding.remedy) == (Level.NOTICE, True)


def test_a_mail_server_that_accepts_mails_is_right(mail_on):
    assert list(check_mail()) == []


def test_a_mail_server_that_is_away_is_an_error(mail_on, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    (finding,) = check_mail()
    assert (finding.level, "refused" in finding.problem) == (Level.ERROR, True)


def test_mails_that_nobody_sends_are_counted(mail_on):
    mail = QueuedMail.objects.create(user=make_user(email="wang@example.org"), subject="甲", body="正文")
    assert list(check_mail()) == []
    QueuedMail.objects.filter(pk=mail.pk).update(due_at=timezone.now() - datetime.timedelta(hours=2))
    (finding,) = check_mail()
    assert finding.problem.startswith("1 mails")
    assert "send_mail" in finding.remedy


def test_a_shared_cache_is_asked_where_there_is_one(settings):
    assert list(check_cache()) == []
    settings.HAS_SHARED_CACHE = True
    assert list(check_cache()) == []
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
            "LOCATION": f"127.0.0.1:{free_port()}",
        }
    }
    (finding,) = check_cache()
    assert "CACHE_URL" in finding.problem


def test_an_empty_database_is_not_from_an_earlier_version():
    MigrationRecorder.Migration.objects.all().delete()
    (finding,) = check_migrations()
    assert finding.problem == "The database is empty."
    assert "manage.py migrate" in finding.remedy
