"""Whether folders have a chronicle: a row of it in a file, or what cannot be read."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from timeline.management.chronicles import has_chronicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
SITE = "- {slug: city, city: 某城, title: 编年}"


@pytest.mark.parametrize(
    ("files", "has_one"),
    [
        ({}, False),
        ({"areas.yaml": "- {slug: a, title: 甲}"}, False),
        ({"site.yaml": "# - slug: city"}, False),
        ({"site.yaml": SITE}, True),
        ({"all.yaml": f"site:\n{SITE}"}, True),
        ({"site.csv": "slug,city,title\ncity,某城,编年"}, True),
        ({"site.csv": "slug,city,title"}, False),
        # What is wrong with it, the import tells.
        ({"site.yaml": "- {slug"}, True),
    ],
)
def test_a_folder_has_a_chronicle_if_a_file_has_its_row(tmp_path, files, has_one):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert has_chronicle([tmp_path]) is has_one


def told(path):
    err = io.StringIO()
    try:
        call_command("import_content", path, stdout=io.StringIO(), stderr=err)
    except CommandError as error:
        err.write(str(error))
    return err.getvalue()


def test_an_import_of_a_folder_without_a_chronicle_says_how_to_begin_one(tmp_path):
    assert "manage.py start_chronicle DIR" in told(tmp_path)
    (tmp_path / "areas.yaml").write_text("- {slug: a, title: 甲}", encoding="utf-8")
    assert "manage.py start_chronicle DIR" in told(tmp_path)
    assert "start_chronicle" not in told(tmp_path / "areas.yaml")


def test_nothing_is_missed_where_the_database_has_the_chronicle(tmp_path):
    make.make_chronicle()
    (tmp_path / "areas.yaml").write_text("- {slug: a, title: 甲}", encoding="utf-8")
    assert told(tmp_path) == ""
