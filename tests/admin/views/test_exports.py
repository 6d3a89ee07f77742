"""Exports in the admin: of selected records, a filtered list or everything, by permission."""

import io
import json
import re

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories as make
from tests.downloads import address, choose, file_of, submit, titles
from tests.world import make_world

pytestmark = pytest.mark.django_db


def test_everything_is_every_table_with_drafts_and_their_status(editor_client):
    make_world()
    make.make_milestone(title="草稿")
    text = editor_client.get(address("importbatch", "changelist")).content.decode()
    assert f'href="{address("importbatch")}"' in text
    assert f'href="{address("importbatch")}"' in editor_client.get(reverse("admin:index")).content.decode()
    response = submit(editor_client, editor_client.get(address("importbatch")), "yaml")
    content = yaml.safe_load(file_of(response).content)
    assert {"site", "sources", "topics", "policies", "milestones"} <= content.keys()
    assert ("草稿", "draft") in [(row["title"], row["status"]) for row in content["milestones"]]


def test_only_what_is_public_on_request(editor_client):
    make.make_milestone(title="草稿")
    make.make_milestone(title="公开的", published=True)
    page = editor_client.get(address("milestone"))
    file = file_of(submit(editor_client, page, "json", public="on"))
    assert [row["title"] for row in json.loads(file.content)["milestones"]] == ["公开的"]
    assert b"status" not in file.content


@pytest.mark.parametrize(
    ("format", "media_type", "plain"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "milestones-{}.xlsx"),
        ("csv", "text/csv; charset=utf-8", "milestones-{}.csv"),
        ("zip", "application/zip", "milestones-{}.zip"),
        ("yaml", "application/yaml", "milestones-{}.yaml"),
        ("json", "application/json", "milestones-{}.json"),
        ("django", "application/json", "milestones-{}.json"),
    ],
)
def test_a_file_is_saved_under_a_name_and_as_what_it_is(editor_client, format, media_type, plain):
    response = submit(editor_client, editor_client.get(address("milestone")), format)
    assert response["Content-Type"] == media_type
    name = plain.format(timezone.localdate())
    assert response["Content-Disposition"].startswith(
        f"attachment; filename=\"{name}\"; filename*=UTF-8''%E5"
    )
    assert int(response["Content-Length"]) == len(file_of(response).content)


def test_no_cell_is_a_formula(editor_client):
    make.make_milestone(title='=HYPERLINK("http://bad.example")')
    page = editor_client.get(address("milestone"))
    assert b"'=HYPERLINK" in file_of(submit(editor_client, page, "csv")).content
    book = load_workbook(io.BytesIO(file_of(submit(editor_client, page, "xlsx")).content))
    cells = [cell for row in book["milestones"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if "HYPERLINK" in str(cell.value)] == ["s"]


def test_however_much_it_is_the_queries_are_as_many(editor_client):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            file_of(submit(editor_client, editor_client.get(address("milestone"))))
        return len(found)

    make.make_citation(make.make_milestone())
    queries()  # keeps the choices of filters
    one = queries()
    for _number in range(6):
        make.make_citation(make.make_milestone())
    assert queries() == one


def test_a_refusal_of_the_format_is_shown_and_what_was_chosen_is_kept(editor_client):
    entry = make.make_milestone(slug="long", body="长" * 40_000)
    make.make_milestone(title="没有选的")
    page = submit(editor_client, choose(editor_client, "milestone", entry), "xlsx")
    assert page.status_code == 200
    assert "40,000" in page.content.decode()
    assert titles(file_of(submit(editor_client, page))) == [entry.title]


def test_whoever_may_not_see_a_list_or_what_its_rows_bring_along_may_not_export_it(with_rights):
    make.make_citation(make.make_milestone())
    for rights in (["export_files", "view_citation"], ["export_files", "view_milestone"]):
        assert with_rights(*rights).get(address("milestone")).status_code == 403
    assert (
        with_rights("export_files", "view_milestone", "view_citation").get(address("milestone")).status_code
        == 200
    )


def test_everything_is_no_more_than_one_may_see(with_rights):
    make_world()
    editor_client = with_rights("export_files", "view_area", "view_areacitation", "view_milestone")
    page = editor_client.get(address("importbatch"))
    assert [*yaml.safe_load(file_of(submit(editor_client, page)).content)] == ["areas"]
    assert with_rights("export_files").get(address("importbatch")).status_code == 403


def test_drafts_of_a_kind_that_one_may_not_see_stay_in_the_house(with_rights):
    make.make_milestone(title="草稿")
    make.make_milestone(title="公开的", published=True)
    make.make_policy(title="可看的草稿")
    editor_client = with_rights(
        "export_files", "view_entry", "view_policy", "view_citation", "view_policyrelation", "view_goalassessment",
        "view_assessmentcitation",
    )  # fmt: skip
    page = editor_client.get(address("entry"))
    assert re.search(r"<p>\D*2\D*</p>", page.content.decode())
    assert titles(file_of(submit(editor_client, page, "json"))) == ["公开的", "可看的草稿"]


def test_an_unknown_filter_exports_nothing(editor_client):
    make.make_milestone()
    assert editor_client.post(f"{address('milestone')}?nonsense=1", {"format": "0"}).status_code == 400


def test_keys_that_are_none_export_nothing(editor_client):
    make.make_milestone(title="会议")
    page = editor_client.get(address("milestone"))
    assert titles(file_of(submit(editor_client, page, ids="x,-1,99999999999999999999"))) == []


@pytest.mark.parametrize("noun", ["milestone", "importbatch"])
def test_the_field_of_the_library_chooses_nothing(editor_client, noun):
    chosen, other = make.make_milestone(title="甲"), make.make_milestone(title="乙")
    answer = editor_client.post(address(noun), {"format": "0", "export_items": [chosen.pk]})
    assert titles(file_of(answer)) == sorted([chosen.title, other.title])
