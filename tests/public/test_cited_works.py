"""What a page says how to cite."""

import datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import Chronicle, Policy, Revision, Source, content_version
from timeline.public.cited_works import (
    CitedWork,
    bibliographic_record,
    chronicle_records,
    cited_document,
    reference_files,
    source_of_document,
    source_record,
)
from timeline.values.bibliography.gbt7714 import format_gbt7714

pytestmark = pytest.mark.django_db

ADDRESS = "https://example.org/a/"


def cited(record, **chronicle):
    """The reference to the page of a record by GB/T 7714."""
    return str(
        format_gbt7714(bibliographic_record(record, Chronicle(title="某市编年", **chronicle), ADDRESS))
    )


def test_the_author_of_a_page_is_whoever_is_responsible_for_the_chronicle():
    topic, today = make.make_topic(title="大数据"), timezone.localdate()
    day = timezone.localdate(topic.published_at)
    assert cited(topic) == f"某市编年. 大数据[EB/OL]. （{day}）[{today}]. {ADDRESS}."
    assert cited(topic, editors="张三、李四").startswith("张三，李四. 大数据")
    assert cited(topic, editors="张三、李四", publisher="某馆").startswith("某馆. 大数据")


def test_a_page_of_an_entry_bears_the_day_of_its_last_change():
    milestone = make.make_milestone(title="开幕")
    milestone.changed_at = datetime.datetime(2026, 7, 19, 20, tzinfo=datetime.UTC)
    assert "开幕[EB/OL]. （2026-07-20）[" in cited(milestone)


def test_so_does_a_page_of_a_reference_record():
    topic = make.make_topic(title="大数据")
    revision, first = record_revision(topic, by=make.make_user()), timezone.localdate(topic.published_at)
    for year, day in ((2025, "2025-07-20"), (2099, str(first))):
        moment = datetime.datetime(year, 7, 19, 20, tzinfo=datetime.UTC)
        Revision.objects.filter(pk=revision.pk).update(created_at=moment)
        assert f"大数据[EB/OL]. （{day}）[" in cited(topic)


def test_the_number_of_a_policy_follows_its_title():
    policy = make.make_policy(title="某规划", document_number="甬党〔2010〕14号")
    assert "某规划：甬党〔2010〕14号[EB/OL]." in cited(policy)


def test_a_source_is_cited_with_all_that_is_known_of_it():
    source = make.make_source(
        title="探索",
        type="newspaper",
        author="陈缮真；张三",
        publisher="人民日报",
        pages="17",
        published="2022-08-16",
        url="http://paper.example.org/17.htm",
    )
    source.refresh_from_db()
    reference = "陈缮真，张三. 探索[N/OL]. 人民日报，2022-08-16（17）. http://paper.example.org/17.htm."
    assert cited(source) == reference


@pytest.mark.parametrize(
    ("columns", "end"),
    [
        ({"url": "http://a.cn/"}, "[EB/OL]. http://a.cn/."),
        ({"url": "http://a.cn/", "linked": False}, "[EB/OL]. http://a.cn/."),
        ({"url": "http://a.cn/", "linked": False, "archived_url": "http://b.cn/"}, "[EB/OL]. http://b.cn/."),
        ({"url": "http://a.cn/", "archived_url": "http://b.cn/"}, "[EB/OL]. http://a.cn/."),
        ({"archived_url": "http://b.cn/"}, "[EB/OL]. http://b.cn/."),
        ({}, "[Z]."),
    ],
)
def test_an_address_is_printed_linked_or_not_if_no_archived_copy_stands_in_for_it(columns, end):
    source = make.make_source(title="办法", type="document", **columns)
    assert str(format_gbt7714(source_record(source))) == f"办法{end}"


def test_an_address_that_is_not_linked_is_not_for_programs():
    columns = {"title": "办法", "url": "http://a.cn/", "linked": False}
    assert source_record(make.make_source(**columns)).link == ""
    assert source_record(make.make_source(archived_url="http://b.cn/", **columns)).link == "http://b.cn/"
    assert source_record(make.make_source(**columns | {"linked": True})).link == "http://a.cn/"


def test_a_page_of_the_web_was_read_on_a_day_even_if_its_address_is_not_known():
    make.make_source(slug="a", title="某文", accessed="2026-11-29")
    assert str(format_gbt7714(source_record(Source.objects.get(slug="a")))) == "某文[EB/OL]. [2026-11-29]."


def test_whoever_reads_a_stored_copy_has_not_accessed_the_address():
    source = make.make_source(title="某文", url="http://a.cn/", accessed="2026-11-29", read_in_copy=True)
    source.refresh_from_db()
    assert cited(source) == "某文[EB/OL]. http://a.cn/."


def test_a_reprint_is_cited_as_one_and_is_not_the_document_itself():
    policy = make.make_policy(title="某办法", document_number="甬党〔2010〕14号")
    columns = {"title": "某办法", "type": "document", "number": "甬党〔2010〕14号", "author": "某委"}
    source = make.make_source(**columns, published="2013-11-26", url="http://a.cn/", reprint=True)
    make.make_citation(policy, source=source)
    for one in (policy, source):
        one.refresh_from_db()
    assert cited(source) == "某委. 某办法：甬党〔2010〕14号（转载）[EB/OL]. （2013-11-26）. http://a.cn/."
    document = str(format_gbt7714(cited_document(policy).record))
    assert document == f"某办法[Z]. 转引自：{cited(source)}"


def test_a_title_of_the_editors_that_says_so_is_not_called_a_reprint_twice():
    source = make.make_source(title="〔某办法的转载页〕", url="http://a.cn/", reprint=True)
    source.refresh_from_db()
    assert cited(source) == "[某办法的转载页][EB/OL]. http://a.cn/."


def test_a_title_that_two_entries_have_is_told_apart_in_references_too(client):
    for year in ("2012", "2014"):
        make.make_policy(slug=f"fund-{year}", title="基金办法", title_en="Fund", date=year, published=True)
    for prefix in ("", "/en", "/zh-hant"):
        text = client.get(f"{prefix}/policies/fund-2012/").content.decode()
        assert 'name="citation_title" content="基金办法（2012年）"' in text, prefix
    assert "[Fund (2012)]" in client.get("/policies/fund-2012/cite.bib").content.decode()


def test_a_number_does_not_follow_the_title_of_another_source():
    policy = make.make_policy(title="某规划", document_number="甬党〔2010〕14号")
    policy.refresh_from_db()
    make.make_citation(policy, source=make.make_source(), weight=10)
    assert "某规划：甬党〔2010〕14号[EB/OL]." in cited(policy)
    numbered = make.make_citation(policy, source=make.make_source(number="甬党［2010］14号"))
    assert "某规划[EB/OL]." in cited(policy)
    numbered.weight = 10
    numbered.save()
    assert "某规划：甬党〔2010〕14号[EB/OL]." in cited(policy)


def references(policy):
    return [str(one.text) for one in cited_document(policy).references]


def policy_with(*sources, **columns):
    """A policy that cites sources of these titles, each with the columns of the citation and of the source."""
    policy = make.make_policy(title="某规划", **columns)
    for title, of_citation, of_source in sources:
        make.make_citation(policy, source=make.make_source(title=title, **of_source), **of_citation)
    policy.refresh_from_db()
    return policy


def test_a_document_that_nobody_has_seen_is_quoted_in_its_source():
    of_source = {"publisher": "某网", "published": "2016-10-12", "url": "http://a.cn/"}
    policy = policy_with(("某报道", {"date": "2016-09"}, of_source), document_number="甬党〔2010〕14号")
    with override("en"):
        apa, in_text, chicago, gbt = references(policy)
    assert gbt == "某规划[Z]. 2016-09. 转引自：某网. 某报道[EB/OL]. （2016-10-12）. http://a.cn/."
    assert apa == "某网. (2016, October 12). 某报道. http://a.cn/"
    assert in_text == "(某规划, 2016, as cited in 某网, 2016)"
    assert chicago == "某规划. September 2016. Quoted in 某网. “某报道.” October 12, 2016. http://a.cn/."


def test_a_source_with_the_number_of_the_document_is_the_document_itself():
    numbered = ("某通知", {}, {"number": "甬党［2010］14号", "url": "http://a.cn/"})
    others = [("〔某规划的报道〕", {"weight": 9}, {}), ("别文", {}, {"number": "甬政〔2011〕1号"})]
    policy = policy_with(*others, numbered, document_number="甬党〔2010〕14号")
    assert references(policy)[0] == "某通知：甬党［2010］14号[EB/OL]. http://a.cn/."
    assert source_of_document(policy) is None


def test_a_reprint_with_the_number_lends_its_date_to_no_title_of_another_source():
    reprint = {"title": "某市规划", "type": "document", "number": "甬党〔2010〕14号", "reprint": True}
    policy = policy_with(("某报道", {"weight": 10, "date": "2010"}, {}), document_number="甬党〔2010〕14号")
    make.make_citation(policy, source=make.make_source(**reprint), date="2010-09-15", weight=5)
    assert references(policy)[0] == "某规划[Z]. 2010. 转引自：某报道[EB/OL]."
    policy.citations.filter(source__title="某市规划").update(weight=10)
    policy = Policy.objects.get(pk=policy.pk)
    assert references(policy)[0].startswith("某规划[Z]. 2010-09-15. 转引自：某市规划")


def test_only_a_document_that_is_quoted_is_called_so():
    with override("en"):
        assert (
            cited_document(policy_with(("某报道", {}, {}))).name == "The document (cited after the sources)"
        )
        document = policy_with(("某规划", {}, {"type": "document"}))
        assert cited_document(document).name == "The document (as a source publishes it)"


def test_so_is_a_document_with_its_very_title_but_not_a_page():
    assert references(policy_with(("某规划", {}, {"type": "document"})))[0] == "某规划[Z]."
    assert references(policy_with(("某规划", {}, {})))[0] == "某规划[Z]. 转引自：某规划[EB/OL]."


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("甲文", {"weight": 1}, {}), ("乙文", {"date": "2010"}, {"published": "2010"})),
        (("甲文", {"date": "2010"}, {}), ("乙文", {}, {"published": "2010"})),
        (("甲文", {}, {"published": "2010"}), ("乙文", {}, {})),
    ],
)
def test_a_source_is_chosen_by_its_weight_then_by_the_dates_that_it_gives(better, worse):
    for order in ((better, worse), (worse, better)):
        assert f"转引自：{better[0]}[EB/OL]." in references(policy_with(*order))[0]


@pytest.mark.parametrize(
    "title", ["关于征求《某规划（征求意见稿）》意见的函", "〔某规划的转载页〕", "某规划解读"]
)
def test_a_title_that_names_the_document_too_does_not_make_it_the_source_of_the_document(title):
    named = (title, {"date": "2009-12-09"}, {"type": "document", "published": "2019"})
    policy = policy_with(named, ("某报道", {"weight": 10}, {}))
    assert references(policy)[0] == "某规划[Z]. 转引自：某报道[EB/OL]."


def test_the_document_itself_is_cited_if_no_source_has_more_weight():
    document = ("某规划", {"weight": 10}, {"type": "document"})
    policy = policy_with(("某报道", {"weight": 10, "date": "2014"}, {"published": "2014"}), document)
    assert references(policy)[0] == "某规划[Z]."
    # Another document may bear this title.
    policy = policy_with(("某报道", {"weight": 10}, {}), ("某规划", {}, {"type": "document"}))
    assert references(policy)[0] == "某规划[Z]. 转引自：某报道[EB/OL]."


def test_a_policy_without_citations_says_nothing_of_its_document():
    assert cited_document(make.make_policy()) is None


def test_the_file_of_a_quoted_document_is_that_of_the_source_with_a_note():
    policy = policy_with(("某报道", {"date": "2016-09"}, {}))
    source = source_of_document(policy)
    assert (source.title, source.quoted_in) == ("某报道", None)
    assert source.note.endswith("某规划[Z]. 2016-09.")


def test_the_chronicle_is_cited_as_a_site_and_as_data_with_a_version(rf):
    chronicle, today = (
        make.make_chronicle(title="某市编年", publisher="某馆", editors="张三"),
        timezone.localdate(),
    )
    works = chronicle_records(rf.get("/en/about/"), chronicle)
    site, data = (str(format_gbt7714(works[name])) for name in ("chronicle", "chronicle-data"))
    day = timezone.localdate(content_version.current().modified_at)
    assert site == f"某馆. 某市编年[EB/OL]. [{today}]. http://testserver/."
    assert data == f"张三. 某市编年[DS/OL]. V{day}. 某馆（{day}）[{today}]. http://testserver/about/."


@pytest.mark.parametrize(
    ("language", "first"), [("zh-hans", "GB/T 7714—2025"), ("zh-hant", "GB/T 7714—2025"), ("en", "APA 7")]
)
def test_the_styles_of_the_language_of_the_page_come_first(language, first):
    work = CitedWork("本页", source_record(make.make_source()))
    with override(language):
        references = [*work.references]
        assert references[0].style == first
        assert len(references) == 3


def test_files_have_one_address_whatever_the_language_of_the_page():
    with override("en"):
        assert reference_files("topic", "big-data") == [
            ("BibTeX", "/topics/big-data/cite.bib"),
            ("RIS", "/topics/big-data/cite.ris"),
            ("CSL-JSON", "/topics/big-data/cite.json"),
        ]
