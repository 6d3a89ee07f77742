"""The documents on the file format, in English and Chinese: examples import, and no column is missing."""

import re

import pytest
from django.core.management import get_commands, load_command_class
from django.utils import translation

from tests.documents import CHINESE, DOCUMENTS, ENGLISH, examples, with_table_of_formats
from tests.imports import row_counts
from timeline.exchange.formats.registry import FORMATS
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.encodings import CHOICES
from timeline.exchange.readers.headers import inner_tables
from timeline.exchange.readers.sources import Upload
from timeline.models import REFERENCE_CITATIONS, Citation, Entry
from timeline.models.fields import ProseField
from timeline.rows.grouping import inner_grouping
from timeline.rows.tables import DELETE_COLUMN, TABLES, table_of
from timeline.values.partial_date import PartialDate

MARKDOWN = {"about", "coverage", "story", "corrections", "description", "body", "imprint"}

CITATIONS_OF_RECORDS = [table_of(model) for model in (*REFERENCE_CITATIONS, Citation)]

# The records that the examples refer to but do not contain.
NAMED = """
sources:
  - {slug: solution-board-2188, title: 文章}
  - {slug: 0574ne-2013-11-26, title: 通知}
topics:
  - {slug: geo-platform, title: 地理信息平台}
  - {slug: special-funds, title: 专项资金}
organizations:
  - {slug: cpc-ningbo-committee, title: 市委}
  - {slug: ningbo-government, title: 市政府}
policies:
  - {slug: smart-city-decision, title: 决定, document_type: decision}
  - {slug: fund-measures-2012, title: 暂行办法, document_type: measures}
  - {slug: fund-measures-2014, title: 办法, document_type: measures}
  - {slug: state-council-big-data-outline, title: 纲要, document_type: action_outline}
milestones:
  - {slug: special-fund, title: 设立专项资金}
goals:
  - {slug: broadband-support, title: 宽带}
"""


def section(heading):
    """Return a section of the Chinese document, with its subsections."""
    level = heading.partition(" ")[0]
    start = CHINESE.index(f"\n{heading}\n")
    end = re.compile(rf"\n#{{2,{len(level)}}} ").search(CHINESE, start + 1)
    return CHINESE[start : end.start() if end else None]


def parts_of(table):
    """Return the tables with rows that may stand in a row of this one, by the name under which they do."""
    parts = {name: part for name, part in table.parts.items() if inner_grouping(part) is None}
    # Citations have the same name wherever they stand.
    return parts | {name: TABLES[name] for name in inner_tables(table)}


def lines_of(text):
    """Yield the cells of each row of the tables in this text, without separator rows."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells and not set(cells[0]) <= set("-"):
            yield cells


def chinese_columns(table):
    """Yield label, star and name of each column in the Chinese document: (“题名”, True, “title”)."""
    texts = [section(_heading("citations" if table in CITATIONS_OF_RECORDS else table.name))]
    if issubclass(table.model, Entry):
        texts.append(section("### 各类条目共有的列"))
    for text in texts:
        for shown, column, *_rest in lines_of(text):
            if column.startswith("`"):
                yield shown.removesuffix(" *"), shown.endswith(" *"), column.strip("`")


def _heading(name):
    with translation.override("zh-hans"):
        return f"### {TABLES[name].model._meta.verbose_name_plural} `{name}`"


def english_columns(table):
    """Map the columns of the table in the English document to whether each has a star."""
    name = "citations" if table in CITATIONS_OF_RECORDS else table.name
    wanted = {f"`{name}`", f"`{name}` (one row)"} | (
        {"every entry"} if issubclass(table.model, Entry) else set()
    )
    found = {}
    for first, *cells in lines_of(ENGLISH):
        if first not in wanted:
            continue
        bare = " ".join(cells).replace("**", "").replace("\\*", "*")
        text = re.sub(r"\([^()]*\)", lambda its: its[0] if its[0] == "(_en)" else "", bare)
        for word, star, also in re.findall(r"\b([a-z_]+)(\*?)(\(_en\))?", text):
            found[word] = found.get(word, False) or bool(star)
            if also:
                found[f"{word}_en"] = False
    return found


def test_each_document_leads_to_the_other_at_its_top():
    assert "(content-format.zh.md)" in ENGLISH.split("\n\n")[1]
    assert "(content-format.md)" in CHINESE.split("\n\n")[1]


def test_links_within_the_chinese_document_lead_somewhere():
    headings = {
        re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-")
        for words in re.findall(r"^#+ (.+)$", CHINESE, re.MULTILINE)
    }
    links = re.findall(r"\]\(#([^)]+)\)", CHINESE)
    assert links
    assert set(links) <= headings


def test_both_show_examples():
    assert len([*examples(ENGLISH)]) == len([*examples(CHINESE)]) == ENGLISH.count("```") // 2 - 1
    assert CHINESE.count("```") == ENGLISH.count("```")


def read(name, content, **options):
    return import_files([Upload(name, content.encode())], **options)


@pytest.mark.django_db
@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_example_is_read_as_the_document_says(language):
    """An example that was imported once changes nothing except the rows that it deletes."""
    assert read("all.yaml", NAMED).problems == []
    with translation.override(language):
        for name, content, problems in examples(DOCUMENTS[language]):
            if not problems and DELETE_COLUMN not in content:
                assert read(name, content).problems == [], name
        for name, content, problems in examples(DOCUMENTS[language]):
            report = read(name, content, dry_run=True)
            assert [str(problem) for problem in report.problems] == problems, name
            if problems:
                continue
            assert (report.notices, report.changes, row_counts(report)["new"]) == ([], [], 0), name
            assert row_counts(report)["deleted"] == content.count(f"{DELETE_COLUMN}: yes"), name
            assert row_counts(report)["unchanged"], name


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_chinese_document_has_every_column_under_its_name_on_the_screens(table):
    found = {column: (shown, star) for shown, star, column in chinese_columns(table)}
    with translation.override("zh-hans"):
        names = {name: str(column.field.verbose_name) for name, column in table.columns.items()}
        names |= {name: str(part.model._meta.verbose_name) for name, part in parts_of(table).items()}
    if table in CITATIONS_OF_RECORDS:  # one section describes all of these tables
        owners = {part.model.OWNER_FIELD for part in CITATIONS_OF_RECORDS}
        found = {name: said for name, said in found.items() if name not in owners - {*names}}
    starred = {name for name, column in table.columns.items() if column.is_required}
    assert found == {name: (label, name in starred) for name, label in names.items()}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_english_document_has_every_column(table):
    found = english_columns(table)
    for name, column in table.columns.items():
        assert name in found, name
        assert found[name] == column.is_required, name
    assert found.keys() >= parts_of(table).keys()


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_both_name_every_choice(table):
    for name, column in table.columns.items():
        with translation.override("zh-hans"):
            for code, label in column.field.flatchoices or ():
                assert f"{label}`{code}`" in CHINESE, name
                assert re.search(rf"\b{code}\b", ENGLISH), name


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_both_say_which_columns_are_markdown(table):
    """Other columns are not marked: the templates render only those in MARKDOWN."""
    for name, column in table.columns.items():
        if not isinstance(column.field, ProseField):
            continue
        plain = name.removesuffix("_en")
        said = [cells[2] for cells in lines_of(CHINESE) if len(cells) == 3 and cells[1] == f"`{name}`"]
        assert all(("Markdown" in words) == (plain in MARKDOWN) for words in said), name
        assert (f"{plain}(_en) (Markdown)" in ENGLISH) == (plain in MARKDOWN), name


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_dates_mean_what_the_documents_say(text):
    dates = [cells for cells in lines_of(text) if re.match(r"`\d{4}[-/~?0-9.`]", cells[0])]
    assert len(dates) == 10
    for written, _meaning, also in dates:
        values = re.findall(r"`([^`]+)`", written)
        assert [str(PartialDate.parse(value)) for value in values] == values
        others = [str(PartialDate.parse(other)) for other in re.findall(r"`([^`]+)`", also)]
        assert set(others) <= set(values)
        assert len(values) == 1 or others == values


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_words_are_kept_as_the_documents_say(text):
    kept = [cells for cells in lines_of(text) if len(cells) == 2 and cells[1].endswith("）`")]
    assert len(kept) == 9
    for written, stored in kept:
        assert str(PartialDate.parse(written.split("`")[1])) == stored.strip("`")


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("name", ["import_content", "export_content", "undo_import"])
def test_both_name_every_option_of_the_commands(text, name):
    command = load_command_class(get_commands()[name], name)
    parser = command.create_parser("manage.py", name)
    general = load_command_class("timeline", "setup_groups").create_parser("manage.py", "setup_groups")
    options = set(parser._option_string_actions) - set(general._option_string_actions)
    assert options
    for option in options:
        assert re.search(rf"{option}\b", text), option


@pytest.mark.parametrize("language", DOCUMENTS)
def test_both_have_the_table_of_the_declared_formats(language):
    assert all(f"| `{name}` |" in DOCUMENTS[language] for name in FORMATS)
    assert with_table_of_formats(language) == DOCUMENTS[language], "Run make documents."


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
def test_both_name_every_encoding_and_the_rights(text):
    for name in CHOICES:
        assert name.partition("-le")[0].partition("-be")[0].upper() in text.upper()
    assert {"timeline.import_files", "timeline.export_files"} <= set(re.findall(r"timeline\.[a-z_]+", text))
