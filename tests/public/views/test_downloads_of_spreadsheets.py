"""Spreadsheets to read have what the list shows, in the language of the page, and nothing hidden from visitors."""

import datetime
from urllib.parse import unquote

import pytest
from django.utils import timezone

from tests import factories as make
from tests.pages import page
from tests.spreadsheets import notes_of, rows_of, table_of, workbook_of
from tests.world import texts_of
from timeline.models import Entry, Goal
from timeline.public.spreadsheets.formats import SPREADSHEET_FORMATS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("extension", SPREADSHEET_FORMATS)
@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_a_draft_is_in_no_spreadsheet_nor_named_in_one(client, extension, prefix):
    draft = make.make_policy(slug="hidden-policy", title="未定稿")
    public = make.make_policy(slug="shown-policy", title="公示", published=True)
    make.make_relation(public, "implements", draft)
    make.make_relation(draft, "amends", public)
    milestone = make.make_milestone(title="大事", date="2014", published=True)
    milestone.policies.set([draft, public])
    # Published before what declares it was withdrawn.
    goal = make.make_goal(title="目标", declared_by=public, published=True)
    declaring = make.make_policy(title="未定的提出者")
    make.update_unchecked(Goal.objects.filter(pk=goal.pk), declared_by=declaring.pk)
    text = "".join(texts_of(client.get(f"{prefix}/table.{extension}")))
    assert "公示" in text
    assert "shown-policy" in text
    for hidden in ("未定", "hidden-policy", "published_by"):
        assert hidden not in text


def test_an_entry_appears_once_it_is_published_and_not_before(client):
    policy = make.make_policy(title="办法", published=True)
    later = timezone.now() + datetime.timedelta(days=1)
    entry = Entry.objects.filter(pk=policy.pk)
    make.update_unchecked(entry, published_at=later)
    assert table_of(client) == []
    make.update_unchecked(entry, published_at=timezone.now())
    assert [row["题名"] for row in table_of(client)] == ["办法"]


def test_the_conditions_of_the_list_hold_for_the_spreadsheet_and_are_told_in_it(client):
    make.make_policy(slug="a", title="宁波的政策", published=True)
    make.make_policy(slug="b", title="别处的政策", published=True)
    make.make_goal(slug="c", title="宁波的目标", published=True)
    workbook = workbook_of(client, "/en/table.xlsx?q=%E5%AE%81%E6%B3%A2&kind=policy")
    assert workbook.sheetnames == ["Notes", "Policies", "Citations"]
    assert [row["Title"] for row in rows_of(workbook["Policies"])] == ["宁波的政策"]
    assert [row["Entry"] for row in rows_of(workbook["Citations"])] == ["宁波的政策"]
    notes = notes_of(workbook)
    assert notes["Conditions"] == "Words searched for: 宁波\nKind: Policy"
    assert notes["This list on the site"] == "http://testserver/en/?q=%E5%AE%81%E6%B3%A2&kind=policy"
    assert [row["题名"] for row in table_of(client, "/table.csv?kind=goal")] == ["宁波的目标"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/table.xlsx", "甬城编年-条目-"),
        ("/table.xlsx?kind=policy", "甬城编年-政策-"),
        ("/zh-hant/table.csv?kind=goal", "甬城編年-目標-"),
        ("/en/table.csv?kind=goal&from=2012", "Yong_Chronicle-Goals-selection-"),
        ("/en/table.csv?kind=goal&kind=policy", "Yong_Chronicle-Entries-"),
    ],
)
def test_a_spreadsheet_has_a_name_that_says_what_it_is(client, address, name):
    make.make_chronicle(title="甬城编年", title_en="Yong Chronicle")
    make.make_policy(published=True)
    answer = client.get(address, follow=True)
    plain, named = answer["Content-Disposition"].removeprefix("attachment; ").split("; ")
    extension = address.partition(".")[2].partition("?")[0]
    day = timezone.localdate()
    assert plain == f'filename="chronicle-table-{day}.{extension}"'
    assert unquote(named) == f"filename*=UTF-8''{name}{day}.{extension}"
    assert answer["Content-Type"] == SPREADSHEET_FORMATS[extension].media_type
    assert answer.getvalue()


def test_a_spreadsheet_carries_the_licence(client):
    address = "https://creativecommons.org/licenses/by/4.0/"
    make.make_chronicle(licence="CC BY 4.0", licence_url=address, publisher="某所", editors="甲、乙")
    for extension in SPREADSHEET_FORMATS:
        answer = client.get(f"/table.{extension}")
        answer.getvalue()  # Of a stream, so that the test client closes it, and not the connection.
        assert answer["Link"] == f'<{address}>; rel="license"'
    notes = notes_of(workbook_of(client, "/en/table.xlsx"))
    assert (notes["Licence"], notes["Publisher"]) == (f"CC BY 4.0 {address}", "某所")
    assert notes["Editors"] == "甲、乙"


def test_the_list_offers_the_spreadsheets_first_and_what_it_shows(client):
    make.make_policy(published=True)
    text = page(client, "/en/?kind=policy").partition('data-part="downloads"')[2].partition("</ul>")[0]
    spreadsheets, data = text.partition("Data to import")[::2]
    for extension in SPREADSHEET_FORMATS:
        assert f'href="/en/table.{extension}?kind=policy"' in spreadsheets
    assert 'href="/en/entries.xlsx?kind=policy"' in data


def test_the_pages_of_goals_and_of_pilots_offer_their_spreadsheets(client):
    make.make_goal(published=True)
    make.make_designation(published=True)
    for extension in SPREADSHEET_FORMATS:
        assert f'href="/table.{extension}?kind=goal"' in page(client, "/goals/")
        assert f'href="/en/table.{extension}?kind=pilot_designation"' in page(client, "/en/areas/")


def test_an_empty_chronicle_has_spreadsheets_without_rows(client):
    assert workbook_of(client, "/en/table.xlsx").sheetnames == ["Notes"]
    assert table_of(client) == []
