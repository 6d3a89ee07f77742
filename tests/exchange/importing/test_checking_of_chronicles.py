"""A database holds one chronicle: another is refused with what to type. Phases of one title are named as perhaps one."""

import pytest

from tests.imports import import_rows
from timeline.models import Chronicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NINGBO = {"slug": "ningbo", "title": "宁波", "city": "宁波"}
HANGZHOU = {"slug": "hangzhou", "title": "杭州", "city": "杭州"}


def test_another_city_is_refused_with_the_chronicle_that_is_there():
    import_rows(site=[NINGBO])
    (problem,) = import_rows(site=[HANGZHOU]).problems
    assert problem.column == "slug"
    assert "This database holds the chronicle “宁波”" in problem.message
    assert "CONTENT=DIR" in problem.message
    assert Chronicle.objects.get().city == "宁波"


def test_two_cities_in_one_import_are_refused():
    (problem,) = import_rows(site=[NINGBO, HANGZHOU]).problems
    assert "more than one chronicle" in problem.message


@pytest.mark.parametrize(("period", "count"), [("2010/2015", 1), ("2016/2020", 0)])
def test_a_phase_of_the_same_title_and_years_is_named(period, count):
    import_rows(phases=[{"slug": "beginnings", "title": "起步", "period": "2010/2015"}])
    report = import_rows(phases=[{"slug": "start", "title": "起步", "period": period}])
    assert sum("Perhaps a duplicate" in str(notice) for notice in report.notices) == count
