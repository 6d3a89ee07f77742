"""BibTeX as other programs write it, read as sources."""

import pytest

from tests.grids import grids_of, problems_of, row_of, rows_of
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids
from timeline.exchange.vocabularies.bibtex import decode_latex

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"M{\"u}ller", "Müller"),
        (r"{\'E}cole {N}ormale", "École Normale"),
        (r"{\o} \ss{} \c{c}", "ø ß ç"),
        (r"95\% \& 95% & a_b #1 $5", "95% & 95% & a_b #1 $5"),
        (r"\textbraceleft{}x\textbraceright{} \textbackslash{}", "{x} \\"),
        ("1--2", "1–2"),
        ("{{关于建设智慧城市的决定}}", "关于建设智慧城市的决定"),
        ("甬党〔2010〕14号", "甬党〔2010〕14号"),
    ],
)
def test_latex_is_read_as_what_it_prints(latex, text):
    assert decode_latex(latex) == text


def test_an_article_of_a_newspaper_in_biblatex():
    entry = r"""@article{zhang,
      author = {张, 三 and {某市 and 编辑部} and M{\"u}ller, Jos{\'e}},
      title = {{宁波：建设智慧城市}},
      titleaddon = {[A smart city]},
      journaltitle = {宁波日报},
      entrysubtype = {newspaper},
      location = {宁波},
      date = {2013-08-06},
      pages = {1--2},
      url = {https://daily.cnnb.com.cn/a%20b_c~d},
      urldate = {2020-01-02},
      langid = {chinese}
    }"""
    assert row_of("a.bib", entry) == {
        "type": "newspaper",
        "title": "宁波：建设智慧城市",
        "titleaddon": "A smart city",
        "author": "张三；某市 and 编辑部；Müller, José",
        "publisher": "宁波日报",
        "location": "宁波",
        "date": "2013-08-06",
        "pages": "1-2",
        "url": "https://daily.cnnb.com.cn/a%20b_c~d",
        "urldate": "2020-01-02",
    }


def test_a_report_in_bibtex_with_month_and_string():
    entry = '@string{nb = "某市发改委"}\n@techreport{a, title="报告", institution = nb # {办公室}, year=2013, month=aug}'
    assert row_of("a.bib", entry) == {
        "type": "report",
        "title": "报告",
        "publisher": "某市发改委办公室",
        "date": "2013-08",
    }


def test_a_second_entry_of_a_key_is_read_and_a_damaged_one_is_a_problem_at_its_line():
    (grid,) = grids_of(
        "a.bib", "@misc{a, title={甲}}\n@misc{a, title={乙}}\n@misc{b, title={丙\n@misc{c, title={丁}}\n"
    )
    assert [row["title"] for row in rows_of(grid)] == ["甲", "乙", "丁"]
    (problem,) = problems_of(grid)
    assert problem.place.line == 3
    assert "This entry cannot be read" in problem.message


def test_what_has_no_place_is_named():
    (grid,) = grids_of("a.bib", "@book{a, title={书}, isbn={1}, timestamp={2020}}")
    assert grid.notices == (
        "There is no type “book” here; it was read as “document”. (1 record)",
        "These have no place here and were left out: isbn.",
    )


def test_a_file_without_an_entry_is_refused():
    _grids, reading = read_grids([Upload("a.bib", b"title,date\n")])
    assert "There is no entry in this file" in str(reading.problems[0])
