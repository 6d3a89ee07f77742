"""Exports in the admin: of selected records, a filtered list or everything, by permission."""

import html
import io
import json
import re
from urllib.parse import unquote

import pytest
import yaml
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories as make
from tests.files import read_all
from tests.forms import fields_of
from tests.world import add_entries, make_world
from timeline.exchange.formats.registry import export_choices
from timeline.exchange.readers.sources import Upload
from timeline.models import REFERENCES, Kind, Milestone, PreparedImport

pytestmark = pytest.mark.django_db

NOUNS = [
    *(kind.model_name for kind in Kind),
    "entry",
    *(model._meta.model_name for model in REFERENCES),
    "chronicle",
]
# The choices of the form by a short name: the format, or the extension if the format has several choices.
CHOICES = {
    format.name if len(format.choices) == 1 else choice.extension: choice
    for format, choice in export_choices()
}


def address(noun, tag="export"):
    return reverse(f"admin:timeline_{noun}_{tag}")


@pytest.fixture
def with_rights(client):
    def enter(*rights):
        user = make.make_user(is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        assert user.user_permissions.count() == len(rights)
        client.force_login(user)
        return client

    return enter


def submit(editor_client, page, format="yaml", **asked):
    """Submit the form of an export page."""
    text = page.content.decode()
    chosen = next(
        value
        for value, words in re.findall(r'<option value="(\d)"[^>]*>([^<]*)', text)
        if html.unescape(words) == str(CHOICES[format].label)
    )
    action = html.unescape(re.search(r'<form method="post" action="([^"]*/export/[^"]*)"', text)[1])
    return editor_client.post(action, fields_of(text) | {"format": chosen} | asked)


def button_of(text) -> str:
    """Return the URL of a list's export button."""
    return html.unescape(re.search(r'href="([^"]+)" class="export_link"', text)[1])


def file_of(response) -> Upload:
    """Return the downloaded file with its name."""
    assert response.streaming
    name = re.search(r"filename\*=UTF-8''(\S+)", response["Content-Disposition"])[1]
    return Upload(unquote(name), b"".join(response.streaming_content))


def choose(editor_client, noun, *records, query="", **more):
    """Run the export action of the list on these records."""
    asked = {"action": "export_selected", "index": "0", "_selected_action": [each.pk for each in records]}
    return editor_client.post(f"{address(noun, 'changelist')}{query}", asked | more)


def titles(file) -> list[str]:
    rows, problems = read_all(file)
    assert [str(problem) for problem in problems] == []
    return sorted(row.cells["title"] for row in rows if "title" in row.cells)


@pytest.mark.parametrize("format", CHOICES)
def test_what_was_chosen_goes_out_and_comes_in_unchanged(editor_client, format):
    chosen = [make.make_milestone(title=title) for title in ("甲", "=乙")]
    make.make_milestone(title="没有选的")
    for entry in chosen:
        make.make_citation(entry, locator="¶1")
    page = choose(editor_client, "milestone", *chosen)
    assert "大事、引用" in page.content.decode()
    file = file_of(submit(editor_client, page, format))
    assert file.name == f"大事-{timezone.localdate()}.{file.name.rpartition('.')[2]}"
    form = {"file": SimpleUploadedFile(file.name, file.content), "empty": "keep", "encoding": "", "note": ""}
    editor_client.post(address("importbatch", "upload"), form)
    counts = PreparedImport.objects.get().outcome["counts"]
    assert {table: {key: n for key, n in of.items() if n} for table, of in counts.items() if any(of.values())} == {
        "milestones": {"unchanged": 2}
    } | ({} if format == "csv" else {"citations": {"unchanged": 2}})  # fmt: skip


def test_all_pages_of_a_filtered_list_are_its_rows_and_no_others(editor_client, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(Milestone), "list_per_page", 5)
    for number in range(12):
        make.make_milestone(title=f"会议{number}", date="2013")
    make.make_milestone(title="会议", date="2014")
    make.make_milestone(title="别的", date="2013")
    first = Milestone.objects.filter(title="会议1").get()
    page = choose(editor_client, "milestone", first, query="?q=会议&year=2013", select_across="1")
    found = titles(file_of(submit(editor_client, page)))
    assert found == sorted(f"会议{number}" for number in range(12))
    text = editor_client.get(
        address("milestone", "changelist"), {"q": "会议", "year": "2013"}
    ).content.decode()
    assert titles(file_of(submit(editor_client, editor_client.get(button_of(text))))) == found


def test_a_chosen_row_that_left_the_filter_meanwhile_goes_out(editor_client):
    entry = make.make_milestone(title="会议")
    page = choose(editor_client, "milestone", entry, query="?q=会议")
    entry.title = "改题"
    entry.save()
    assert titles(file_of(submit(editor_client, page))) == ["改题"]


@pytest.mark.parametrize(
    "noun",
    [pytest.param(noun, marks=() if noun in ("policy", "source") else pytest.mark.long) for noun in NOUNS],
)
def test_every_list_of_the_record_is_exported(editor_client, noun):
    world = make_world()
    add_entries(world, "一")
    text = editor_client.get(address(noun, "changelist")).content.decode()
    assert 'value="export_selected"' in text
    assert titles(file_of(submit(editor_client, editor_client.get(button_of(text)))))


@pytest.mark.parametrize("noun", ["policy", "source", "entry"])
def test_every_list_leads_to_imports_for_those_who_may(with_rights, noun):
    def link(*more):
        page = with_rights(f"view_{noun}", *more).get(address(noun, "changelist"))
        return re.search(r'href="([^"]+)" class="import_link"', page.content.decode())

    assert link() is None
    url = html.unescape(link("import_files")[1])
    assert url.startswith(address("importbatch", "upload"))
    page = with_rights(f"view_{noun}", "import_files").get(url).content.decode()
    # A file of several tables has no name to tell.
    named = {"policy": "政策.csv", "source": "来源.csv"}.get(noun)
    assert [name for name in ("政策.csv", "来源.csv") if name in page] == ([named] if named else [])
    back = noun if named else "importbatch"
    assert f'class="closelink" href="{address(back, "changelist")}"' in page


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
    assert 'name="public"' not in editor_client.get(address("source")).content.decode()


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


# --- Permissions


def test_whoever_may_not_export_is_refused_at_every_step(with_rights):
    editor_client = with_rights("view_milestone", "view_citation", "view_importbatch", "view_entry")
    entry = make.make_milestone(title="会议")
    for noun in ("milestone", "importbatch"):
        assert address(noun) not in editor_client.get(address(noun, "changelist")).content.decode()
        assert editor_client.get(address(noun)).status_code == 403
        assert editor_client.post(address(noun), {"format": "0", "ids": str(entry.pk)}).status_code == 403
    assert address("importbatch") not in editor_client.get(reverse("admin:index")).content.decode()
    assert "export_selected" not in editor_client.get(address("milestone", "changelist")).content.decode()
    answer = choose(editor_client, "milestone", entry)
    assert 'name="format"' not in answer.content.decode()


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
    editor_client = with_rights("export_files", "view_area", "view_milestone")
    page = editor_client.get(address("importbatch"))
    assert [*yaml.safe_load(file_of(submit(editor_client, page)).content)] == ["areas"]
    assert with_rights("export_files").get(address("importbatch")).status_code == 403


def test_drafts_of_a_kind_that_one_may_not_see_stay_in_the_house(with_rights):
    make.make_milestone(title="草稿")
    make.make_milestone(title="公开的", published=True)
    make.make_policy(title="可看的草稿")
    editor_client = with_rights(
        "export_files", "view_entry", "view_policy", "view_citation", "view_policyrelation", "view_goalassessment"
    )  # fmt: skip
    page = editor_client.get(address("entry"))
    assert re.search(r"<p>\D*2\D*</p>", page.content.decode())
    assert titles(file_of(submit(editor_client, page, "json"))) == ["公开的", "可看的草稿"]


# --- Requests that no page sends


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


def test_what_was_deleted_before_the_action_is_not_the_whole_list(editor_client):
    gone = make.make_milestone()
    make.make_milestone(title="另一条")
    Milestone.objects.get(pk=gone.pk).delete()
    answer = choose(editor_client, "milestone", gone)
    assert (answer.status_code, answer["Location"]) == (302, address("milestone", "changelist"))
