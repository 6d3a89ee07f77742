"""What holds for the content of any city: it is imported whole, is sound, comes back from an export, and leads nowhere in vain."""

import json

import pytest

from tests.content.folders import LAST_FOLDERS
from tests.exports import READ_BACK
from tests.factories import empty, everything, make_user
from tests.files import contents, texts_in
from tests.imports import row_counts
from tests.snapshots import PREFIXES, broken_links, page_file, public
from tests.world import addresses_of_all
from timeline.editing.integrity import violations
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.import_files import import_files
from timeline.models import REFERENCES, Chronicle, Entry
from timeline.models.records import publishable_models
from timeline.rows.tables import TABLES
from timeline.search.dialects import Rank
from timeline.search.query import Hits
from timeline.values.markdown import links
from timeline.values.text import check_no_html, check_printable, clean_prose

pytestmark = pytest.mark.django_db


def rows_of_all():
    rows = {
        name: sorted(map(str, table.rows_of(table.model._base_manager.all()).values()))
        for name, table in TABLES.items()
    }
    published = {
        model: sorted(model.objects.published().values_list("slug", flat=True))
        for model in publishable_models()
    }
    return rows, published


def test_it_is_imported_whole(imported):
    """Every problem names its file, row and column: what cannot be read, resolved or published."""
    if imported.problems:
        later = "修正后还会检查其余各项 (once these are mended, the rest is tested)"
        pytest.fail("\n".join(["", *imported.problems, later]), pytrace=False)
    assert row_counts(imported.reports[0]).keys() == {"new"}


def test_all_its_entries_are_published_but_those_that_it_calls_drafts(content):
    held = sum(report.kept_drafts for report in content.reports)
    hidden = sum(model.objects.count() - model.objects.published().count() for model in publishable_models())
    assert hidden == held


def test_the_record_is_sound(content):
    if found := [*violations()]:
        pytest.fail("\n".join(["", *found]), pytrace=False)


def test_again_it_changes_nothing(content):
    before, user = everything(), make_user()
    again = import_files(content.folders[-1:], by=user, publish=True)
    assert again.problems == []
    assert (again.changes, row_counts(again).keys(), again.published) == ([], {"unchanged"}, 0)
    assert row_counts(again).total() == row_counts(content.reports[-1]).total()
    user.delete()
    assert everything() == before  # including modification times


@pytest.mark.parametrize(
    ("format", "name"),
    [pytest.param(*each, marks=() if "yaml" in each else pytest.mark.long) for each in READ_BACK.items()],
)
def test_what_is_exported_comes_back_to_the_byte(content, tmp_path, format, name):
    kept = rows_of_all()
    for number in ("first", "second"):
        (tmp_path / number).mkdir()
    first, second = tmp_path / "first" / name, tmp_path / "second" / name
    export(None, first, format)
    empty()
    report = import_files([first], by=make_user(), publish=True)
    assert report.problems == []
    assert row_counts(report).keys() == {"new"}
    assert rows_of_all() == kept
    export(None, second, format)
    assert contents(second) == contents(first)


def test_its_texts_are_clean(content):
    for text in texts_in(*content.folders):
        assert clean_prose(text) == text.strip()
        check_printable(text)
        check_no_html(text)


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.parametrize("imported", LAST_FOLDERS, ids=lambda folder: folder.name, indirect=True)
def test_a_snapshot_has_every_page_and_no_broken_link(content, snapshot):
    # Links in the texts are told by test_requirements.py, with file, row and column.
    of_texts = tuple({link for text in texts_in(*content.folders) for link in links(text)})
    broken = json.loads((snapshot / "broken.json").read_text(encoding="utf-8"))
    found = {*broken, *(link for _page, link in broken_links(public(snapshot)))}
    if left := sorted(link for link in found if not link.endswith(of_texts)):
        pytest.fail("\n".join(["", "没有可去的页面 (no page is there):", *left]), pytrace=False)
    for address in addresses_of_all():
        for prefix in PREFIXES if Chronicle.objects.current().english_pages else PREFIXES[:-1]:
            assert page_file(snapshot, prefix + address).is_file(), address


def test_a_search_for_any_name_of_a_record_finds_it_first(content):
    for model in (Entry, *REFERENCES):
        for record in model.objects.published():
            for name in record.names:
                if not name:
                    continue
                hits = Hits(name, record.RECORD_TYPE)[:30]
                named = [hit.record for hit in hits if hit.rank is Rank.NAME]
                assert record.pk in named, f"{record}: {name}"
                assert hits[0].record in named
