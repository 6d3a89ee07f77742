"""The files of the Ningbo content: their form, their words in other scripts and encodings, and one translation of each."""

import pytest
import yaml

from tests.content.folders import LAST_FOLDERS, OWN_FOLDERS
from tests.files import read_all, texts_in
from tests.pages import Page, simplified, unmarked
from tests.snapshots import page_file
from tests.world import addresses_of_all
from timeline.exchange.formats.yaml import block, flow
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.i18n.display import language_of
from timeline.values.chinese import fold, to_traditional

pytestmark = pytest.mark.django_db

each_folder = pytest.mark.parametrize("folder", OWN_FOLDERS, ids=lambda folder: folder.name)


@each_folder
def test_every_file_has_rows_of_the_right_shape(folder):
    assert [*folder.glob("*.yaml")]
    for path in folder.iterdir():
        rows, problems = read_all(path)
        assert rows, path.name
        assert [str(problem) for problem in problems] == []


def test_the_import_has_nothing_to_warn_of(content):
    assert [str(notice) for report in content.reports for notice in report.notices] == []


def citations_in(value):
    """Yield each mapping with a quotation in the value of a YAML file."""
    if isinstance(value, dict) and "quotation" in value:
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from citations_in(part)


def test_the_same_chinese_words_have_one_translation_in_all_folders():
    found = {}
    for path in (path for folder in OWN_FOLDERS for path in sorted(folder.glob("*.yaml"))):
        for citation in citations_in(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if language_of(citation["quotation"]):
                found.setdefault(citation["quotation"], set()).add(citation.get("quotation_en", ""))
    assert found
    assert {words: texts for words, texts in found.items() if "" in texts or len(texts) > 1} == {}


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.parametrize("imported", LAST_FOLDERS, ids=lambda folder: folder.name, indirect=True)
def test_every_page_reads_in_every_script(snapshot):
    def pieces(address):
        return Page(page_file(snapshot, address).read_text(encoding="utf-8")).pieces

    for address in addresses_of_all():
        assert simplified(pieces("/zh-hant" + address)) == [], address
        assert unmarked(pieces("/en" + address)) == [], address


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
