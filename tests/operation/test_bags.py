"""Bags are what RFC 8493 describes, and whatever was lost, changed or added is found."""

import hashlib

import bagit
import pytest

from timeline.operation import bags
from timeline.operation.errors import OperationError

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def bag(tmp_path):
    folder = tmp_path / "bag"
    (folder / "data" / "uploads").mkdir(parents=True)
    (folder / "data" / "state.json").write_text("{}", encoding="utf-8")
    (folder / "data" / "uploads" / "红头 文件.pdf").write_bytes(b"%PDF")
    bags.write_tag_files(folder, {"Source-Organization": "宁波\n编年", "Bagging-Date": "2026-12-01"})
    return folder


def test_the_reference_implementation_finds_a_bag_valid(bag):
    read = bagit.Bag(str(bag))
    read.validate()
    assert read.version_info == (1, 0)
    assert read.info["Payload-Oxum"] == "6.2"
    assert read.info["Source-Organization"] == "宁波 编年"


def test_a_bag_as_it_was_written_is_right(bag):
    bags.check(bag)


def test_names_are_escaped_as_the_rfc_has_it(bag):
    # The reference implementation of 1.9 does not read the escape of a percent sign.
    (bag / "data" / "100%\n.pdf").touch()
    bags.write_tag_files(bag, {})
    bags.check(bag)
    assert "  data/100%25%0A.pdf\n" in (bag / "manifest-sha256.txt").read_text(encoding="utf-8")


def test_the_name_of_a_file_may_begin_with_a_blank(bag):
    (bag / " notes.txt").touch()
    digest = hashlib.sha256(b"").hexdigest()
    with (bag / "tagmanifest-sha256.txt").open("a", encoding="utf-8") as manifest:
        manifest.write(f"{digest}   notes.txt\n")
    bags.check(bag)


@pytest.mark.parametrize("name", ["data/state.json", "bag-info.txt", "manifest-sha256.txt"])
def test_a_changed_file_is_found(bag, name):
    (bag / name).write_bytes((bag / name).read_bytes().replace(b"0", b"1") + b" ")
    with pytest.raises(OperationError):
        bags.check(bag)


@pytest.mark.parametrize(
    "name", ["data/state.json", "bag-info.txt", "manifest-sha256.txt", "bagit.txt", "tagmanifest-sha256.txt"]
)
def test_a_missing_file_is_found(bag, name):
    (bag / name).unlink()
    with pytest.raises(OperationError):
        bags.check(bag)


def test_a_file_too_many_is_found(bag):
    (bag / "data" / "extra").touch()
    with pytest.raises(OperationError, match="data/extra does not belong"):
        bags.check(bag)


def test_a_folder_that_is_no_bag_is_refused(tmp_path):
    with pytest.raises(OperationError, match="BagIt"):
        bags.check(tmp_path)
