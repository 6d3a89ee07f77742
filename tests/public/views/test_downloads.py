"""Downloads contain what the list shows and nothing hidden from visitors, and can be imported elsewhere."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from tests import factories as make
from tests.world import texts_of
from timeline.models import Entry, Source
from timeline.public.views import downloads

pytestmark = pytest.mark.django_db


def records(client, query=""):
    return json.loads(client.get(f"/entries.json{query}").getvalue())


@pytest.mark.parametrize("extension", downloads.DOWNLOADS)
def test_a_draft_is_in_no_download_nor_named_in_one(client, extension):
    draft = make.make_policy(slug="hidden-policy", title="未定稿")
    public = make.make_policy(slug="shown-policy", title="已公布", published=True)
    make.make_relation(public, "implements", draft)
    text = "".join(texts_of(client.get(f"/entries.{extension}")))
    assert "已公布" in text
    assert "shown-policy" in text
    assert "未定稿" not in text
    assert "hidden-policy" not in text
    assert "published_by" not in text


def test_the_conditions_of_the_list_hold_for_the_download(client):
    make.make_policy(slug="a", title="宁波的政策", published=True)
    make.make_policy(slug="b", title="别处的政策", published=True)
    make.make_goal(slug="c", title="宁波的目标", published=True)
    found = records(client, "?q=寧波")
    assert [row["slug"] for table in found.values() for row in table] == ["a", "c"]
    assert [row["slug"] for row in records(client, "?q=宁波&kind=goal")["goals"]] == ["c"]


def test_without_a_condition_the_whole_public_record_goes_out_and_can_be_imported(client, tmp_path):
    make.make_policy(slug="a", title="政策", topics=[make.make_topic(slug="t")], published=True)
    file = tmp_path / "chronicle.json"
    file.write_bytes(client.get("/entries.json").getvalue())
    assert {"sources", "topics", "policies"} <= json.loads(file.read_text(encoding="utf-8")).keys()
    counts = Entry.objects.count(), Source.objects.count()
    call_command("import_content", str(file), verbosity=0)
    assert (Entry.objects.count(), Source.objects.count()) == counts


def test_the_workbook_and_the_tables_can_be_opened(client):
    make.make_policy(slug="a", title="=1+1", published=True)
    workbook = load_workbook(io.BytesIO(client.get("/entries.xlsx?kind=policy").getvalue()))
    assert "policies" in workbook.sheetnames
    archive = zipfile.ZipFile(io.BytesIO(client.get("/entries.zip?kind=policy").getvalue()))
    assert {"policies.csv", "citations.csv"} <= set(archive.namelist())


@pytest.mark.parametrize("extension", downloads.DOWNLOADS)
def test_a_download_has_a_name_and_its_kind(client, extension):
    make.make_policy(published=True)
    answer = client.get(f"/entries.{extension}")
    assert answer["Content-Disposition"].startswith('attachment; filename="chronicle-20')
    assert answer["Content-Disposition"].endswith(f'.{extension}"')
    assert "html" not in answer["Content-Type"]
    assert answer.getvalue()


def test_there_is_no_download_of_another_kind(client):
    assert client.get("/entries.exe").status_code == 404
    assert client.get("/entries.csv").status_code == 404


def test_what_a_workbook_cannot_hold_is_said_in_words(client):
    make.make_policy(body="长" * 33_000, published=True)
    answer = client.get("/entries.xlsx")
    assert answer.status_code == 406
    assert "32" in answer.content.decode()
    assert records(client)["policies"]


def test_the_list_offers_what_it_shows(client):
    make.make_policy(published=True)
    text = client.get("/?kind=policy").content.decode()
    for extension in downloads.DOWNLOADS:
        assert f'href="/entries.{extension}?kind=policy"' in text


def test_a_goal_is_downloaded_with_the_year_in_which_it_is_due_and_what_is_known_of_it(client):
    goal = make.make_goal(slug="a", date="2010", target="2015", searched_on="2021", published=True)
    make.make_assessment(goal, date="2016", delivery="partly")
    make.make_goal(slug="b", date="2010", target="2020", published=True)
    (row,) = records(client, "?from=2015&to=2015")["goals"]
    assert (row["slug"], row["target"], row["searched_on"]) == ("a", "2015", "2021")
    assert [(one["date"], one["delivery"]) for one in row["assessments"]] == [("2016", "partly")]
