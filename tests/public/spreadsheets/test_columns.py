"""The columns of spreadsheets: texts as pages have them, links, the length of cells, and how citations are told."""

import pytest
from django.utils import translation

from tests import factories as make
from timeline.exchange.exporting.workbooks import MAX_CELL, utf16_length
from timeline.models import Citation, Entry, Policy
from timeline.public.spreadsheets.columns import (
    MAX_RELATED,
    SheetColumn,
    SheetContent,
    citation_text,
    date_text,
    edtf_text,
    enumerated,
    field_column,
    lines,
)
from timeline.values.partial_date import PartialDate

SITE = "https://chronicle.example/"


def column(model, name):
    return field_column(model._meta.get_field(name))


@pytest.mark.django_db
def test_a_field_is_told_as_on_pages(english):
    make.make_policy(title="办法", title_en="Measures", issued="2013-01", provisional=True, level="municipal")
    policy = Policy.objects.get()
    texts = [column(Policy, name).text(policy) for name in ("title", "issued", "level", "provisional")]
    assert texts == ["Measures", "January 2013", "Municipal", "yes"]
    assert [column(Policy, name).text(policy) for name in ("covers", "validity", "phase")] == ["", "", ""]
    assert column(Policy, "issued").heading == "Date of the document"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "text"), [("zh-hans", "云计算"), ("zh-hant", "雲計算"), ("en", "云计算")]
)
def test_a_text_without_a_translation_is_in_the_script_of_the_page(language, text):
    with translation.override(language):
        assert column(Entry, "summary").text(Policy(summary="云计算")) == text


@pytest.mark.django_db
def test_an_address_is_a_link():
    url = "https://example.org/text"
    assert column(Policy, "official_url").cell(Policy(official_url=url), SITE) == (url, url)
    assert column(Policy, "official_url").cell(Policy(), SITE) == ("", "")


def test_a_cell_without_a_text_is_its_absolute_address():
    page = SheetColumn("page", None, address=lambda _record: "/en/policies/a/")
    assert page.cell(Policy(), SITE) == (SITE + "en/policies/a/",) * 2


def test_a_text_is_cut_to_what_a_cell_can_hold():
    for text in ("长" * 40_000, "𠮷" * 20_000, "a" * 40_000):
        cell = SheetColumn("text", lambda _record, text=text: text).cell(Policy(), SITE).text
        assert MAX_CELL - 1 <= utf16_length(cell) <= MAX_CELL
        assert cell[-1] == "…"
        assert text.startswith(cell[:-1])


def test_a_sheet_has_a_row_for_each_record():
    columns = [column(Policy, "title"), SheetColumn("other", lambda _policy: "x")]
    sheet = SheetContent("sheet", columns, lambda: [Policy(title="甲"), Policy(title="乙")])
    assert [[cell.text for cell in row] for row in sheet.rows(SITE)] == [["甲", "x"], ["乙", "x"]]


@pytest.mark.parametrize(
    ("date", "text"), [("2013-01", "2013年1月"), ("2021/", "2021年起，止期不详"), ("2012~", "约2012年")]
)
def test_a_date_is_written_as_on_pages_and_once_more_for_programs(date, text):
    parsed = PartialDate.parse(date)
    assert (date_text(parsed), edtf_text(parsed)) == (text, date)
    assert (date_text(None), edtf_text(None)) == ("", "")


def test_what_is_left_out_is_counted():
    policies = [Policy(title="甲"), Policy(title="乙")]
    assert enumerated(policies) == "甲、乙"
    policies[0].total = 5
    with translation.override("en"):
        assert enumerated(policies) == "甲; 乙; 3 more"
        assert lines(["a", "b"], policies, policies) == "a\nb\n6 more"


@pytest.mark.django_db
def test_a_column_of_records_has_as_many_as_a_cell_shows():
    policy = make.make_policy(topics=[make.make_topic() for _number in range(MAX_RELATED + 2)])
    (prefetch,) = column(Entry, "topics").related()
    (found,) = Policy.objects.prefetch_related(prefetch).filter(pk=policy.pk)
    assert len(found.topics.all()) == MAX_RELATED
    assert column(Entry, "topics").text(found).endswith("另有2项")


def test_a_citation_has_the_place_the_date_the_words_and_the_remark(english):
    source = make.Source(title="日报", title_en="The “Daily”")
    citation = Citation(source=source)
    assert citation_text(citation) == "“The ‘Daily’”"
    citation.locator = "¶2"
    assert citation_text(citation) == "“The ‘Daily’”, ¶2"
    citation.date = PartialDate.parse("2013-01")
    citation.quotation = "“一张网”"
    citation.remark, citation.remark_en = "编者的话", "What we say"
    assert citation_text(citation) == (
        "“The ‘Daily’”, ¶2 (date given there: January 2013): “‘一张网’” [Editors’ remark: What we say]"
    )


def test_words_from_an_edited_or_converted_text_are_called_so_as_on_pages(english):
    citation = Citation(source=make.Source(title_en="Daily", quoted_text="edited"), quotation="原话")
    assert citation_text(citation) == "“Daily”: “原话” (quoted from an edited text)"
    citation.quotation_en = "Words"
    assert citation_text(citation).endswith("(quoted from an edited text) (our translation: “Words”)")
    citation.source.quoted_text = "converted"
    assert "(converted from a reprint in traditional characters)" in citation_text(citation)
    citation.quotation = citation.quotation_en = ""
    assert "converted" not in citation_text(citation)


def test_our_translation_follows_the_words_in_english_only(english):
    citation = Citation(source=make.Source(title="日报", title_en="Daily"), quotation="“一张网”")
    citation.quotation_en = "“One grid”"
    assert citation_text(citation) == "“Daily”: “‘一张网’” (our translation: “‘One grid’”)"
    with translation.override("zh-hans"):
        assert "grid" not in citation_text(citation)


def test_a_source_and_its_place_are_named_as_in_chinese():
    citation = Citation(source=make.Source(title="关于《办法》的通知"), locator="¶2")
    text = citation_text(citation)
    assert text.startswith("《关于〈办法〉的通知》")
    assert text.endswith("第2段")


def test_the_words_of_a_source_stay_in_the_script_in_which_they_were_written():
    citation = Citation(source=make.Source(title="云计算"), quotation="发展云计算", remark="云计算")
    with translation.override("zh-hant"):
        text = citation_text(citation)
    assert text.startswith("《雲計算》")
    assert "“发展云计算”" in text.replace("「", "“").replace("」", "”")
    assert text.count("雲計算") == 2


def test_the_words_of_a_source_stand_in_the_text_of_a_date_and_not_in_its_edtf(english):
    date = PartialDate.parse("2015年底")
    assert (date_text(date), edtf_text(date)) == ("2015 (2015年底)", "2015")
    with translation.override("zh-hans"):
        assert date_text(date) == "2015年底"
