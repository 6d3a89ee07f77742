"""Each folder under fixtures/ imports without problems, exports unchanged, and displays in every script."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.db import transaction

from tests.exports import READ_BACK
from tests.factories import ROOT, empty, everything, make_user
from tests.files import contents, read_all, texts_in
from tests.imports import row_counts
from tests.opened_folders import OPENED_FOLDERS
from tests.pages import pieces, simplified, unmarked
from tests.snapshots import PREFIXES, broken_links, export_site, page_file, public
from tests.world import addresses_of_all
from timeline.editing.integrity import violations
from timeline.exchange.exporting.export import export
from timeline.exchange.formats.yaml import block, flow
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.i18n.display import language_of
from timeline.models import REFERENCES, Entry
from timeline.rows.tables import TABLES
from timeline.search.dialects import Rank
from timeline.search.query import Hits
from timeline.values.chinese import fold, to_traditional
from timeline.values.text import check_no_html, check_printable, clean_prose

FOLDERS = sorted(path for path in (ROOT / "fixtures").glob("*") if path.is_dir())

pytestmark = pytest.mark.django_db

each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@dataclass(frozen=True)
class Content:
    """A folder imported and published over the folders that it extends, with the report of each import."""

    folders: list[Path]
    reports: list[Report]


def with_those_it_builds_on(folder: Path) -> list[Path]:
    """Return the folders that this one extends, then the folder itself.

    `make run` imports each folder over those before it."""
    if folder not in OPENED_FOLDERS:
        return [folder]
    return OPENED_FOLDERS[: OPENED_FOLDERS.index(folder) + 1]


def is_built_on(folder: Path) -> bool:
    """Return whether the tests of another folder import this one as well."""
    return any(folder in with_those_it_builds_on(other) for other in FOLDERS if other != folder)


# Of folders that build on each other, the one that has them all.
of_all_folders = pytest.mark.parametrize(
    "content",
    [folder for folder in FOLDERS if not is_built_on(folder)],
    ids=lambda folder: folder.name,
    indirect=True,
)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(folder, id=folder.name, marks=pytest.mark.long if is_built_on(folder) else ())
        for folder in FOLDERS
    ],
)
def content(request, django_db_setup, django_db_blocker):
    """Import once for all tests of the folder, and roll everything back at the end."""
    folders = with_those_it_builds_on(request.param)
    with django_db_blocker.unblock(), transaction.atomic():
        user = make_user(username="content")
        reports = [import_files([folder], by=user, publish=True) for folder in folders]
        yield Content(folders, reports)
        transaction.set_rollback(True)


def citations_in(value):
    """Yield each mapping with a quotation in the value of a YAML file."""
    if isinstance(value, dict) and "quotation" in value:
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from citations_in(part)


def test_the_same_chinese_words_have_one_translation_in_all_folders():
    found = {}
    for path in (path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))):
        for citation in citations_in(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if language_of(citation["quotation"]):
                found.setdefault(citation["quotation"], set()).add(citation.get("quotation_en", ""))
    assert found
    assert {words: texts for words, texts in found.items() if "" in texts or len(texts) > 1} == {}


def told(report):
    return [str(one) for one in (*report.problems, *report.notices)]


def rows_of_all():
    return {
        name: sorted(map(str, table.rows_of(table.model._base_manager.all()).values()))
        for name, table in TABLES.items()
    }


@each_folder
def test_every_file_has_rows_of_the_right_shape(folder):
    assert [*folder.glob("*.yaml")]
    for path in folder.iterdir():
        rows, problems = read_all(path)
        assert rows, path.name
        assert [str(problem) for problem in problems] == []


def test_it_is_imported_without_a_problem_or_notice(content):
    for report in content.reports:
        assert told(report) == []
        assert row_counts(report)["new"]
    assert row_counts(content.reports[0]).keys() == {"new"}


def test_all_its_entries_are_published(content):
    assert Entry.objects.published().count() == Entry.objects.count() > 0


def test_the_record_is_sound(content):
    assert list(violations()) == []


def test_again_it_changes_nothing(content):
    before, user = everything(), make_user()
    again = import_files(content.folders[-1:], by=user, publish=True)
    assert told(again) == []
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


@pytest.mark.long
@pytest.mark.any_database
@of_all_folders
def test_every_page_reads_in_every_script(content, client):
    for address in addresses_of_all():
        assert simplified(pieces(client, "/zh-hant" + address)) == [], address
        assert unmarked(pieces(client, "/en" + address)) == [], address


@each_folder
def test_its_texts_are_clean(folder):
    for text in texts_in(folder):
        assert clean_prose(text) == text.strip()
        check_printable(text)
        check_no_html(text)


@each_folder
def test_its_texts_in_traditional_characters_stay_so_and_are_found(folder):
    for text in texts_in(folder):
        once = to_traditional(text)
        assert to_traditional(once) == once
        assert fold(once) == fold(text)


@each_folder
def test_a_file_is_read_the_same_from_gb18030(folder):
    for path in folder.glob("*.yaml"):
        rows, _problems = read_all(path)
        recoded, problems = read_all(Upload(path.name, path.read_text(encoding="utf-8").encode("gb18030")))
        assert [str(problem) for problem in problems] == []
        assert [row.cells for row in recoded] == [row.cells for row in rows]


@each_folder
def test_a_title_alone_is_never_read_as_something_else(folder):
    for title in titles_in(folder):
        text = f"slug,title\na,{title}\n"
        rows, problems = read_all(Upload("policies.csv", text.encode("gb18030")))
        if problems:  # Big5 is as likely
            assert f"“{title}”" in problems[0].message
        else:
            assert [row.cells for row in rows] == [{"slug": "a", "title": title}]


@each_folder
def test_a_title_alone_in_big5_is_never_taken_for_another_encoding(folder):
    for title in map(to_traditional, titles_in(folder)):
        try:
            content = f"slug,title\na,{title}\n".encode("cp950")
        except UnicodeEncodeError:
            continue
        (problem,) = read([Upload("policies.csv", content)]).problems
        assert "Big5" in problem.message


def titles_in(folder):
    """Return all Chinese names in the files of the folder."""
    rows, _problems = read_all(folder)
    names = {row.cells.get(name) for row in rows for name in ("title", "publisher", "author")}
    return sorted(name for name in names if name and not name.isascii())


@each_folder
def test_nothing_stands_in_quotation_marks_without_need(folder):
    """Text is quoted only where an export would quote it."""
    for path in folder.glob("*.yaml"):
        for text, is_flow in quoted_in(yaml.compose(path.read_text(encoding="utf-8"))):
            assert (flow(text) if is_flow else block(text)) != text, f"{path.name}: {text}"


def quoted_in(node, is_flow=False):
    """Yield the quoted scalars, each with whether it is in flow style."""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("'", '"'):
            yield node.value, is_flow
        return
    for part in node.value:
        for inner in part if isinstance(part, tuple) else (part,):
            yield from quoted_in(inner, node.flow_style)


@pytest.mark.long
@pytest.mark.any_database
@of_all_folders
def test_a_snapshot_has_every_page_and_no_broken_link(content, visitor, tmp_path):
    snapshot = export_site(tmp_path / "site")
    assert snapshot.broken == {}
    assert broken_links(public(tmp_path / "site")) == set()
    for address in addresses_of_all():
        for prefix in PREFIXES:
            assert page_file(tmp_path / "site", prefix + address).is_file(), address


def test_a_search_for_any_name_of_a_record_finds_it_first(content):
    for model in (Entry, *REFERENCES):
        records = model.objects.published() if model is Entry else model.objects.all()
        for record in records:
            for name in record.names:
                if not name:
                    continue
                hits = Hits(name, record.RECORD_TYPE)[:30]
                named = [hit.record for hit in hits if hit.rank is Rank.NAME]
                assert record.pk in named, f"{record}: {name}"
                assert hits[0].record in named
