"""The sheet of citations: for what a source is cited, its place, its words, and a link only where one is meant."""

import pytest
from django.utils import translation

from tests import factories as make
from tests.spreadsheets import notes_of, rows_of, table_of, workbook_of
from timeline.models import Citation, Entry
from timeline.public.spreadsheets.citations import citation_sheet

pytestmark = pytest.mark.django_db


def test_each_citation_of_an_entry_and_of_an_assessment_is_a_row(client):
    goal = make.make_goal(title_en="Goal", target="2015", published=True)
    source = make.make_source(
        title_en="Report", publisher="年鉴社", author="张三", published="2016-03", url="https://example.org/a"
    )
    make.make_citation(
        goal,
        source=source,
        locator="¶3",
        quotation="原话",
        quotation_en="Words",
        remark_en="Ours",
        date="2011",
        weight=1,
    )
    make.make_assessment(goal, date="2016", source=source, locator="¶4")
    found = rows_of(workbook_of(client, "/en/table.xlsx")["Citations"])
    assert len(found) == 3
    assert found[0] == {
        "Entry": "Goal",
        "Kind": "Goal",
        "Cited for": "the entry",
        "Source": "Report",
        "Place in the source": "¶3",
        "Quotation": "原话",
        "Our translation of the quotation": "Words",
        "Remark": "Ours",
        "Date that this source gives": "2011",
        "Author": "张三",
        "Publisher": "年鉴社",
        "Published": "March 2016",
        "Address of the source": "https://example.org/a",
    }
    assert (found[2]["Cited for"], found[2]["Place in the source"]) == ("its assessment of 2016", "¶4")


def test_a_row_says_of_each_quotation_if_it_is_from_an_edited_or_converted_text(client):
    policy = make.make_policy(published=True)
    for weight, (text, quotation) in enumerate(
        [("", "原话"), ("converted", "转载"), ("edited", ""), ("edited", "整理")]
    ):
        make.make_citation(
            policy, source=make.make_source(quoted_text=text), quotation=quotation, weight=9 - weight
        )
    workbook = workbook_of(client, "/en/table.xlsx")
    assert [row.get("Quoted from") for row in rows_of(workbook["Citations"])[:4]] == [
        None,
        "converted from a reprint in traditional characters",
        None,
        "quoted from an edited text",
    ]
    notes = notes_of(workbook)
    assert "if they were taken from an edited or converted text" in notes["Quotation"]
    assert "edited or converted text" in notes["Sources"]
    assert "“整理” (quoted from an edited text)" in table_of(client, "/en/table.csv")[0]["Sources"]


def test_a_remark_is_not_a_quotation(client):
    policy = make.make_policy(published=True)
    make.make_citation(policy, remark="编者的话", remark_en="What we say", weight=1)
    row = rows_of(workbook_of(client, "/en/table.xlsx")["Citations"])[0]
    assert row["Remark"] == "What we say"
    assert "Quotation" not in row


@pytest.mark.parametrize(("language", "has_column"), [("zh-hans", False), ("zh-hant", False), ("en", True)])
def test_only_a_sheet_in_english_has_translations(language, has_column):
    with translation.override(language):
        columns = citation_sheet(Entry.objects.published()).columns
        translated = Citation._meta.get_field("quotation_en").verbose_name
        assert (translated in [column.label for column in columns]) == has_column


def test_an_address_that_is_not_to_be_followed_is_text(client):
    policy = make.make_policy(published=True)
    for number, linked in enumerate((True, False)):
        source = make.make_source(url=f"https://example.org/{number}", linked=linked)
        make.make_citation(policy, source=source, weight=2 - number)
    sheet = workbook_of(client, "/en/table.xlsx")["Citations"]
    last = [row[-1] for row in sheet.iter_rows(min_row=2, max_row=3)]
    assert [cell.value for cell in last] == ["https://example.org/0", "https://example.org/1"]
    assert [cell.hyperlink is not None for cell in last] == [True, False]


def test_the_sheet_takes_two_queries(world, django_assert_num_queries):
    sheet = citation_sheet(Entry.objects.published())
    with django_assert_num_queries(2):
        assert list(sheet.rows("https://chronicle.example/"))
