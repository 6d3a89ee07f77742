"""Files of TimelineJS, Wikidata and citation programs: uploaded, proposed, previewed and imported."""

import json

import pytest

from tests import factories as make
from tests.factories import ROOT
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.mapping.proposals import propose
from timeline.exchange.prepared_imports import carry_out, prepare, problems, proposal_of, store_preview
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids
from timeline.models import Milestone, Policy, Source
from timeline.public.cited_works import source_record
from timeline.values.bibliography.registry import FILES

CASES = ROOT / "tests" / "data" / "cases"
OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def prepared(name, content):
    content = content.encode() if isinstance(content, str) else content
    upload = prepare(name, content, OPTIONS, by=make.make_user())
    store_preview(upload)
    return upload


def prepared_case(case):
    (file,) = (CASES / case).iterdir()
    return prepared(file.name, file.read_bytes())


def notices(upload):
    return " ".join(map(str, upload.outcome["notices"]))


def test_a_timeline_of_timelinejs_goes_in_as_milestones():
    upload = prepared_case("80-timelinejs")
    assert problems(upload) == []
    assert "HTML in the text became Markdown" in notices(upload)
    carry_out(upload)
    first, second = Milestone.objects.order_by("timeline_date")
    assert (first.title, str(first.date), first.body) == (
        "宁波作出建设智慧城市的决定",
        "2010-09-10",
        "市委市政府作出决定",
    )
    assert (second.title, second.date.edtf) == ("智慧城市行动纲要", "2011-04/2015-12")


def test_eras_become_phases_only_if_somebody_chooses_the_table():
    content = "Year,End Year,Headline,Type\n2010,,决定,\n2011,2015,起步,era\n"
    upload = prepared("时间线.csv", content)
    proposal = proposal_of(upload)
    assert [sheet.table for sheet in proposal.mapping.sheets] == ["milestones"]
    assert "only read if you choose a table" in proposal.sheets[1].table_reason
    assert upload.outcome["counts"]["milestones"]["new"] == 1
    assert "时间线.csv/eras: The sheet was left out." in notices(upload)


def test_a_result_of_wikidata_is_proposed_by_its_variables():
    upload = prepared_case("81-wikidata")
    (sheet,) = proposal_of(upload).sheets
    assert {one.name: one.column for one in sheet.columns} == {
        "item": "",
        "itemLabel": "title",
        "date": "date",
        "publisherLabel": "issuers",
        "url": "official_url",
    }


def test_a_policy_of_wikidata_has_no_more_of_a_date_than_is_known():
    item = "http://www.wikidata.org/entity/Q123457"
    upload = prepared("policies.csv", f"item,itemLabel,date\n{item},宁波大数据条例,2016-00-00T00:00:00Z\n")
    carry_out(upload)
    policy = Policy.objects.get()
    assert (policy.title, str(policy.date)) == ("宁波大数据条例", "2016")


@pytest.mark.parametrize("case", ["83-csl-json", "83c-ris"])
def test_references_of_citation_programs_go_in_as_sources(case):
    upload = prepared_case(case)
    assert problems(upload) == []
    carry_out(upload)
    source = Source.objects.get()
    assert (source.type, source.title, source.author) == ("newspaper", "宁波：建设智慧城市", "张三")
    assert (str(source.published), source.url) == ("2013-08-06", "https://daily.cnnb.com.cn/")


def test_a_file_with_a_damaged_entry_is_not_imported_and_says_where():
    upload = prepared("文献.bib", "@misc{a, title={甲}}\n@misc{b, title={乙\n@misc{c, title={丙}}\n")
    (problem,) = problems(upload)
    assert str(problem).startswith("文献.bib (line 2)")
    assert upload.outcome["counts"]["sources"]["new"] == 2


def test_without_a_mapping_a_file_of_references_says_what_it_needs():
    (problem,) = import_files([Upload("a.ris", b"TY  - NEWS\nTI  - A\nER  - \n")]).problems
    assert "read through a mapping" in problem.message
    (problem,) = import_files([Upload("a.ris", b"nothing")]).problems
    assert "There is no record in this file" in problem.message


# Sources by their slugs, and what references say of them.
SOURCES = {
    "page": {"publisher": "某市政府网", "url": "http://a.cn/1", "accessed": "2020-01-02", "published": "2010"},
    "page-by": {"author": "张三、李四", "publisher": "某网", "url": "http://a.cn/2"},
    "news": {"type": "newspaper", "author": "张三", "publisher": "某日报", "pages": "A3", "published": "2013-08-06"},
    "document": {"type": "document", "publisher": "某市政府", "number": "甬政发〔2013〕12号", "published": "2013-08"},
    "report": {"type": "report", "author": "某市编辑部；John Smith", "publisher": "某出版社", "place": "宁波"},
    "archive": {"type": "archive", "publisher": "某市档案馆", "place": "宁波", "number": "J1-2-3"},
    "dataset": {"type": "dataset", "author": "某局", "publisher": "某平台", "number": "V2.0", "url": "http://a.cn/3"},
    "online": {"type": "document", "publisher": "某市政府", "number": "某号 100% {甲}", "url": "http://a.cn/4"},
}  # fmt: skip


def source_of(slug):
    source = Source(slug=slug, title=f"关于{slug}", **SOURCES[slug])
    source.clean_fields()
    return source


def exported(extension, sources):
    """One file of references of these sources."""
    files = [FILES[extension].write(source_record(source)) for source in sources]
    if extension == "json":
        return json.dumps([item for file in files for item in json.loads(file)])
    return "\n".join(files)


@pytest.mark.parametrize("extension", FILES)
def test_a_source_that_a_chronicle_exported_is_the_same_source(extension):
    sources = [make.make_source(slug=slug, title=f"关于{slug}", **parts) for slug, parts in SOURCES.items()]
    upload = prepared(f"来源.{extension}", exported(extension, map(source_of, SOURCES)))
    assert problems(upload) == []
    assert dict(upload.outcome["counts"]["sources"]) == {"unchanged": len(sources)}, upload.outcome["rows"]


@pytest.mark.parametrize("extension", FILES)
def test_a_source_that_was_exported_is_made_anew_with_its_parts(extension):
    carry_out(prepared(f"来源.{extension}", exported(extension, map(source_of, SOURCES))))
    for slug, parts in SOURCES.items():
        assert {name: str(getattr(Source.objects.get(slug=slug), name)) for name in parts} == parts


def test_a_proposal_says_that_the_format_names_it_so():
    grids, _reading = read_grids([Upload("a.ris", "TY  - NEWS\nTI  - 甲\nER  - ".encode())])
    (sheet,) = propose(grids, "a.ris").sheets
    reasons = {one.name: one.reason for one in sheet.columns}
    assert sheet.table_reason == "It is a file of RIS."
    assert reasons["TI (title)"] == "That is what RIS names it."
    assert reasons["KW (keywords)"] == "It has no place here, unless you choose a column for it."
