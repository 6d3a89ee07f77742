"""The buttons and the action of the lists that export and import."""

import html
import re

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.downloads import CHOICES, address, button_of, choose, file_of, submit, titles
from tests.world import add_entries, make_world
from timeline.models import REFERENCES, Kind, Milestone, PreparedImport

pytestmark = pytest.mark.django_db

NOUNS = [
    *(kind.model_name for kind in Kind),
    "entry",
    *(model._meta.model_name for model in REFERENCES),
    "chronicle",
]


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
    back = noun if noun in ("policy", "source") else "importbatch"
    assert f'class="closelink" href="{address(back, "changelist")}"' in page


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


def test_what_was_deleted_before_the_action_is_not_the_whole_list(editor_client):
    gone = make.make_milestone()
    make.make_milestone(title="另一条")
    Milestone.objects.get(pk=gone.pk).delete()
    answer = choose(editor_client, "milestone", gone)
    assert (answer.status_code, answer["Location"]) == (302, address("milestone", "changelist"))
