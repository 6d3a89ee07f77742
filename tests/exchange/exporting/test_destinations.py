"""Destinations of exports: written atomically and never overwritten by accident."""

import resource
import zipfile

import pytest

from tests import factories as make
from tests.exports import FORMS, exported, forms
from tests.files import contents
from timeline.exchange.exporting.destinations import ExportError, folder
from timeline.exchange.exporting.export import export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_what_is_there_is_not_overwritten_by_accident(form, tmp_path):
    format, name = FORMS[form]
    make.make_source(slug="s")
    export(None, tmp_path / name, format)
    before = contents(tmp_path / name)
    make.make_source(slug="t")
    with pytest.raises(ExportError, match="--force"):
        export(None, tmp_path / name, format)
    assert contents(tmp_path / name) == before
    export(None, tmp_path / name, format, force=True)
    assert contents(tmp_path / name) != before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "content").mkdir()
    export(["sources"], tmp_path / "content", "yaml")
    assert [path.name for path in (tmp_path / "content").iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize("name", ["letter.txt", "policies"])
def test_a_folder_with_other_things_in_it_is_never_replaced(name, tmp_path):
    if name == "policies":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("Dear")
    with pytest.raises(ExportError, match=f"“{name}”, which no export wrote"):
        export(None, tmp_path, "yaml", force=True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@forms
def test_a_full_disk_leaves_what_was_there_and_nothing_besides(form, tmp_path):
    format, name = FORMS[form]
    export(None, tmp_path / name, format)
    before = contents(tmp_path / name)
    make.make_source(note="".join(chr(0x4E00 + number % 20000) for number in range(30_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        with pytest.raises(ExportError, match="cannot be written"):
            export(None, tmp_path / name, format, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(tmp_path / name) == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(ExportError, match="No such file or directory"):
        export(None, tmp_path / "nowhere" / "all.json", "json")


def test_a_zip_says_nothing_of_when_it_was_written(tmp_path):
    with zipfile.ZipFile(exported(tmp_path, "zip of csv")) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_cannot_be_kept_leaves_all_as_it_was_and_nothing_hidden(tmp_path):
    content = tmp_path / "content"
    (content / "sources.yaml").mkdir(parents=True)
    (content / "sources.yaml" / "a").write_text("a")
    (content / "logo.png").write_text("logo")
    before = sorted(content.rglob("*"))
    with (
        pytest.raises(ExportError, match="cannot be written"),
        folder(content, force=True, is_kept=lambda path: True) as opened,
        opened("sources.yaml") as file,
    ):
        file.write(b"new")
    assert sorted(content.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["content"]
