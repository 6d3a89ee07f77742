"""A cell names a picture beside its file: in a folder and in an archive."""

import pytest

from tests.files import ICON, MARK, zipped
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.models import Chronicle

pytestmark = [pytest.mark.usefixtures("english"), pytest.mark.django_db]

SITE = "- slug: a\n  title: 甲\n  city: 甲市\n  logo: {logo}\n"


def folder_with(folder, logo, **pictures):
    (folder / "site.yaml").write_text(SITE.format(logo=logo), encoding="utf-8")
    for name, content in pictures.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


@pytest.mark.parametrize(("name", "content"), [("logo.svg", MARK), ("logo.png", ICON)])
def test_the_picture_in_the_folder_becomes_the_logo(tmp_path, name, content):
    folder = folder_with(tmp_path, name, **{name.replace(".", "_"): content})
    report = import_files([folder], publish=True)
    assert [str(one) for one in [*report.problems, *report.notices]] == []
    assert Chronicle.objects.get().logo.content == content


def test_the_picture_in_an_archive_becomes_the_logo():
    site = SITE.format(logo="logo.svg").encode()
    archive = Upload("all.zip", zipped({"x/site.yaml": site, "x/logo.svg": MARK}))
    assert import_files([archive], publish=True).problems == []
    assert Chronicle.objects.get().logo.content == MARK


def test_a_picture_that_is_missing_is_said_to_be(tmp_path):
    (found,) = import_files([folder_with(tmp_path, "馆徽.png")]).problems
    assert (found.column, found.value) == ("logo", "馆徽.png")
    assert found.message == "There is no file “馆徽.png” beside the one that names it."


@pytest.mark.parametrize("name", ["../secret.png", "C:logo.png"])
def test_a_way_to_another_folder_is_refused_where_it_stands(tmp_path, name):
    (tmp_path / "secret.png").write_bytes(ICON)
    (tmp_path / "in").mkdir()
    (found,) = import_files([folder_with(tmp_path / "in", name)]).problems
    assert (found.column, found.value) == ("logo", name)
    assert "a file beside the one that names it" in found.message


def test_a_picture_that_is_too_large_is_refused_as_such(tmp_path):
    (found,) = import_files([folder_with(tmp_path, "logo.png", logo_png=ICON + b"\0" * 30_000)]).problems
    assert "more than 24,000 bytes" in found.message


def test_a_picture_that_nothing_names_is_told_as_left_out(tmp_path):
    folder = folder_with(tmp_path, "logo.svg", logo_svg=MARK, map_png=ICON)
    assert [str(notice) for notice in read([folder]).notices] == [
        "map.png: This is no content file and was left out."
    ]
