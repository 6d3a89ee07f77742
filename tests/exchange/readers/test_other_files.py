"""Files that are not read say what they are, whatever their names say, and what to do."""

import pytest

from tests.files import problem_of, zipped
from tests.opendocument import ods_file
from tests.workbooks import SOUND
from timeline.exchange.readers.other_files import KINDS
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read

pytestmark = pytest.mark.usefixtures("english")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def compound_file(stream):
    """Return a file of old Office with a stream of this name, as far as it is looked at."""
    return OLE + stream.encode("utf-16-le") + b"\0" * 600


HTML = "<html><body><table><tr><td>题名</td></tr></table></body></html>".encode()
XML_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
XLS, PROTECTED = compound_file("Workbook"), compound_file("EncryptedPackage")


@pytest.mark.parametrize("name", ["政策{}", "content.zip"])
@pytest.mark.parametrize("suffix", [suffix for kind in KINDS for suffix in kind.suffixes])
def test_every_ending_has_a_message_with_a_way_out(name, suffix):
    if name == "content.zip":
        (problem,) = read([Upload(name, zipped({f"a{suffix}": b"?", "政策.csv": b""}))]).problems or [None]
        assert problem is None or problem.message
        return
    assert "Files of this kind are not read." not in problem_of(name.format(suffix), b"\0?").message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("政策.xls", XLS, "Excel 97–2003"),
        ("政策.xls", HTML, "web page"),
        ("政策.xls", XML_2003, "XML format of 2003"),
        ("政策.xls", PROTECTED, "password"),
        ("政策.et", XLS, "WPS"),
        ("政策.xlsx", XLS, "Excel 97–2003"),
        ("政策.xlsx", PROTECTED, "password"),
        ("政策.xlsx", compound_file("WordDocument"), "text document"),
        ("政策.xlsx", OLE, "damaged"),
        ("政策.xlsx", HTML, "web page"),
        ("政策.xlsx", b"\xef\xbb\xbf\n<!DOCTYPE html>" + HTML, "web page"),
        ("政策.xlsx", HTML.decode().encode("utf-16"), "web page"),
        ("政策.xlsx", b'<?xml version="1.0"?>' + HTML, "web page"),
        ("政策.xlsx", b"MIME-Version: 1.0\n", "web page"),
        ("政策.xlsx", XML_2003, "XML format of 2003"),
        ("政策.xlsx", "网址标识,题名\na,甲\n".encode("gbk"), "seems to be .csv"),
        ("政策.xlsx", "网址标识\t题名\n".encode("utf-16"), "seems to be .csv"),
        ("政策.xlsx", b"%PDF-1.7", "PDF"),
        ("政策.xlsx", b"Rar!\x1a\x07\x01\0", "Unpack it"),
        ("政策.xlsx", b"\x89PNG\r\n\x1a\n", "picture"),
        ("政策.xlsx", b"\0\1\2", "damaged"),
        ("政策.xlsx", zipped({"word/document.xml": b"<x/>"}), "text document"),
        ("政策.xlsx", zipped({"xl/workbook.bin": b""}), "binary workbook"),
        ("政策.xlsx", zipped({"Index/Document.iwa": b""}), "Numbers"),
        ("政策.xlsx", zipped({"OFD.xml": b"<x/>"}), "OFD"),
        ("政策.xlsx", ods_file({"政策": []}), "seems to be .ods"),
        ("政策.xlsx", zipped({"xl/workbook.xml": b"<x/>"}), "damaged"),
        ("政策.ods", SOUND, "seems to be .xlsx"),
        ("政策.ods", HTML, "web page"),
        ("政策.csv", SOUND, "seems to be .xlsx"),
        ("政策.csv", zipped({"a.csv": b"slug\n"}), "seems to be .zip"),
        ("政策.csv", HTML, "web page"),
        ("政策.csv", XLS, "Excel 97–2003"),
        ("政策.txt", b"{\\rtf1", "text document"),
        ("政策.yaml", OLE, "damaged"),
    ],
)  # fmt: skip
def test_a_file_is_named_for_what_it_holds(name, content, words):
    assert words in problem_of(name, content).message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sources.csv", "slug,title\na,<html> 与网页\n".encode()),
        ("sources.csv", b"slug,title\na,BMW\n"),
        ("sources.yaml", b"- {slug: a, title: '<table>'}\n"),
    ],
)
def test_a_text_that_speaks_of_such_things_is_read(name, content):
    assert read([Upload(name, content)]).problems == []


def test_a_workbook_of_today_under_the_name_of_an_old_one_is_told_its_right_name():
    message = problem_of("改名.xls", SOUND).message
    assert "it seems to be .xlsx" in message
