"""manage.py check_integrity: it prints every violation and fails, and repairs derived data on request."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_milestone, update_unchecked
from timeline.models import Citation, Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_command_prints_every_violation_and_fails():
    make_milestone(slug="launch", published=True)
    Citation.objects.all()._raw_delete("default")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 violations"):
        call_command("check_integrity", stdout=out, stderr=err)
    assert "“launch” is public and cites no source.\n" in err.getvalue()
    assert out.getvalue() == ""


def test_the_command_says_that_the_record_is_sound():
    make_milestone()
    out = io.StringIO()
    call_command("check_integrity", stdout=out)
    assert "sound" in out.getvalue()


def test_the_command_says_nothing_of_a_sound_record_when_told_so():
    out = io.StringIO()
    call_command("check_integrity", stdout=out, verbosity=0)
    assert out.getvalue() == ""


def test_the_command_mends_what_is_stale_and_says_how_much():
    launch = make_milestone(date="2013")
    make_milestone()
    update_unchecked(Milestone.objects.filter(pk=launch.pk), timeline_date="2012")
    with pytest.raises(CommandError):
        call_command("check_integrity", stdout=io.StringIO(), stderr=io.StringIO())
    out = io.StringIO()
    call_command("check_integrity", mend=True, stdout=out)
    assert out.getvalue() == "1 records mended.\nThe record is sound.\n"
    assert str(Milestone.objects.get(pk=launch.pk).timeline_date) == "2013"
