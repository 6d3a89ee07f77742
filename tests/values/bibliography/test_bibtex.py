"""References as BibTeX, as a parser reads them."""

import re

import bibtexparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bibliographic_records import make_record, records
from timeline.values.bibliography.bibtex import escape_tex, to_bibtex
from timeline.values.bibliography.record import WorkType

UNSAFE = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
} | {f"\\{sign}": sign for sign in "#$%&_"}


def fields(record):
    """Return the fields of the only entry, as a parser reads them."""
    library = bibtexparser.parse_string(to_bibtex(record))
    assert not library.failed_blocks
    (entry,) = library.entries
    return {"type": entry.entry_type, "key": entry.key} | {field.key: field.value for field in entry.fields}


def read(text):
    """Return the text that TeX prints."""
    found = re.sub("|".join(map(re.escape, UNSAFE)), lambda sign: f"\0{UNSAFE[sign[0]]}", text)
    return re.sub(r"(?<!\0)[{}]", "", found).replace("\0", "")


def test_a_page_in_bibtex():
    record = make_record(
        key="policy-a",
        title="关于建设智慧城市的决定",
        title_en="Decision",
        authors=["某市编辑部"],
        publisher="某市编年",
        number="甬党〔2010〕14号",
        modified="2026-07-20",
        accessed="2026-07-21",
        url="https://example.org/policies/a/",
    )
    assert to_bibtex(record) == (
        "@online{policy-a,\n"
        "  author = {{某市编辑部}},\n"
        "  title = {{关于建设智慧城市的决定}},\n"
        "  titleaddon = {[Decision]},\n"
        "  organization = {某市编年},\n"
        "  number = {甬党〔2010〕14号},\n"
        "  date = {2026-07-20},\n"
        "  url = {https://example.org/policies/a/},\n"
        "  urldate = {2026-07-21},\n"
        "  langid = {chinese},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"type": WorkType.DOCUMENT}, {"type": "misc"}),
        ({"type": WorkType.DOCUMENT, "url": "http://a.cn/"}, {"type": "online"}),
        ({"type": WorkType.NEWSPAPER, "publisher": "某报"}, {"type": "article", "journaltitle": "某报"}),
        (
            {"type": WorkType.REPORT, "authors": ["某局"], "publisher": "某社"},
            {"type": "report", "institution": "某社"},
        ),
        (
            {"type": WorkType.ARCHIVE, "publisher": "某馆", "place": "某市"},
            {"library": "某馆", "location": "某市"},
        ),
        ({"type": WorkType.DATASET, "number": "V1.0"}, {"type": "dataset", "version": "V1.0"}),
        ({"title": "Rules"}, {"langid": "english"}),
    ],
)
def test_each_type_of_work_has_its_type_and_fields(parts, found):
    assert found.items() <= fields(make_record(**parts)).items()


@pytest.mark.parametrize(
    "title", ["100% “智慧” & 1_000 {试点}", "a}b{c", "\\", "\\}", "~^#$", '"引号"', "《规划》", "}", "{{"]
)
def test_whatever_a_title_has_bibtex_reads_it_whole(title):
    assert read(fields(make_record(title=title))["title"]) == title


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1))
def test_no_text_breaks_a_record_or_is_changed_by_it(text):
    found = fields(make_record(title=f"题{text}", authors=[f"某{text}"]))
    assert (read(found["title"]), read(found["author"])) == (f"题{text}", f"某{text}")
    assert not re.search(r"(?<!\\)[%#&$_]", escape_tex(text))


@given(records())
def test_every_record_is_read_with_its_parts(record):
    found = fields(record)
    assert found["key"] == record.key
    assert read(found["title"]) == record.title
    assert found.get("url", "") == record.address
    assert found.get("author", "").count(" and ") == max(0, len(record.creators) - 1)


def test_a_note_is_a_note():
    assert "  note = {某规划[Z]. 50\\%},\n" in to_bibtex(make_record(note="某规划[Z]. 50%"))


def test_a_reprint_has_a_note_that_says_so():
    record = make_record(title="某办法", is_reprint=True, note="见附注")
    assert "note = {转载. 见附注}" in to_bibtex(record)
