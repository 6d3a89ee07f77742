"""What the former file had and the next one lacks, also while questions are open."""

import pytest

from tests import factories as make
from tests.foreign_tables import policies
from tests.prepared_tables import prepared_of, prepared_of_next
from timeline.exchange.prepared_imports import carry_out
from timeline.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def imported_notices():
    """Import a table of three documents."""
    carry_out(
        prepared_of(
            policies(*([f"关于{name}的通知", "", f"201{year}"] for year, name in enumerate("甲乙丙")))
        )
    )


def named_missing(*rows):
    missing = prepared_of_next(policies(*rows)).outcome["missing"]
    return [slug for _table, slug in missing.get("named", ())], missing.get("asked")


def test_what_is_missing_is_told_before_the_questions_are_answered():
    imported_notices()
    left = Policy.objects.get(title="关于乙的通知").slug
    rows = ["关于甲的通知", "", "2010"], ["关于丙的通知", "", "2012"], ["关于丁的通知", "", "年底"]
    assert named_missing(*rows) == ([left], 0)
    # It may be the record, which is not listed before that is answered.
    make.make_policy(slug="other", title="关于乙的通知", issued="2011-05")
    assert named_missing(*rows[:2], ["关于乙的通知", "", "2011"]) == ([], 1)


def test_nothing_is_missing_while_rows_cannot_be_read():
    imported_notices()
    assert named_missing(["关于甲的通知", "", "2010"], ["关于丙的通知", "", "2012"], ["", "", "2013"]) == (
        [],
        None,
    )
