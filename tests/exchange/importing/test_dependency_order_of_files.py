"""Imports of files in any order, and of rows that refer to rows of their own table."""

import pytest

from tests.imports import GOOD
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import (
    Area,
    Goal,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_order_of_the_files_does_not_matter(folder):
    path = folder(**GOOD)
    files = sorted(path.iterdir(), reverse=True)
    assert import_files(files).problems == []
    assert Goal.objects.get().declared_by.slug == "plan-2013"


def test_areas_may_stand_in_any_order(folder):
    report = import_files(
        [
            folder(
                areas="""
                    - {slug: town, title: 镇, parent: district}
                    - {slug: district, title: 区, parent: city}
                    - {slug: city, title: 市}
                    """
            )
        ]
    )
    assert report.problems == []
    assert Area.objects.get(slug="town").parent.parent.slug == "city"


def test_areas_that_lie_in_each_other_are_refused(folder):
    report = import_files(
        [folder(areas="- {slug: a, title: 甲, parent: b}\n- {slug: b, title: 乙, parent: a}")]
    )
    assert report.problems
    assert {problem.column for problem in report.problems} == {"parent"}
    assert not Area.objects.exists()


@pytest.mark.parametrize("length", [12, pytest.param(120, marks=pytest.mark.long)])
def test_a_long_chain_of_areas_in_the_wrong_order_imports(folder, length):
    chain = "\n".join(f"- {{slug: a{n}, title: 甲, parent: a{n + 1}}}" for n in range(length))
    assert import_files([folder(areas=f"{chain}\n- {{slug: a{length}, title: 甲}}")]).problems == []
    assert Area.objects.get(slug="a0").parent.slug == "a1"


def test_areas_may_lie_in_those_of_another_sheet():
    towns = Upload("a/areas.csv", "slug,title,parent\ntown,镇,city\n".encode())
    cities = Upload("b/areas.csv", "slug,title,parent\ncity,市,\n".encode())
    assert import_files([towns, cities]).problems == []
    assert Area.objects.get(slug="town").parent.slug == "city"
