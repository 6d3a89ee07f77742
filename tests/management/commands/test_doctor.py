"""manage.py doctor."""

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from timeline.models import SearchDocument
from timeline.operation.doctor import CHECKS

pytestmark = pytest.mark.django_db


def test_what_is_well_is_named(capsys):
    call_command("doctor", "database", "search", language="en")
    assert capsys.readouterr().out == "✓ Database\n✓ Migrations\n✓ Search\n"


def test_an_error_fails_and_has_its_remedy(capsys):
    make.make_milestone()
    SearchDocument.objects.all().delete()
    with pytest.raises(CommandError, match="to be mended"):
        call_command("doctor", "search", language="en", verbosity=0)
    assert capsys.readouterr().out == (
        "✗ Search\n    ✗ Search does not find 1 records, which have no document.\n      → manage.py check_integrity --mend\n"
    )


def test_a_warning_fails_only_where_that_is_asked_for(settings):
    settings.BACKUP_FOLDER = ""
    call_command("doctor", "backups")
    with pytest.raises(CommandError):
        call_command("doctor", "backups", strict=True)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_checks_are_reported_in_the_language(capsys, language):
    with pytest.raises(CommandError):
        call_command("doctor", language=language)
    printed = capsys.readouterr().out
    assert sum(not line.startswith(" ") for line in printed.splitlines()) == len(CHECKS)
    assert ("✓ Search\n" in printed) == (language == "en")


def test_an_unknown_check_is_refused():
    with pytest.raises(CommandError, match="nothing"):
        call_command("doctor", "nothing")
