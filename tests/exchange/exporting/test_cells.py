"""Exports: no text is lost in any format, none is a formula, and nothing that is there is overwritten by accident."""

import csv
import io
import json
import resource
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection, connections
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests import factories as make
from tests.examples import examples
from tests.exports import FORMS, exported, forms, rows_in_database, rows_in_file
from tests.files import contents, read_all
from tests.world import add_entries, make_world
from timeline.exchange.exporting import (
    FORMATS,
    CannotExport,
    export,
    format_of,
    published,
    trees,
)
from timeline.exchange.readers import read
from timeline.integrity import violations
from timeline.models import Citation, Entry, Goal, Milestone, Policy, Source
from timeline.rows import TABLES
from timeline.text import TextError, check_printable, clean_line, clean_prose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_an_empty_database_gives_files_without_rows(form, tmp_path):
    assert rows_in_file(exported(tmp_path, form)) == []


@forms
def test_rows_stand_by_slug_whatever_came_first(form, tmp_path):
    for slug in ("b", "a-2", "a", "a2"):
        make.make_source(slug=slug)
    path = exported(tmp_path, form, ["sources"])
    rows, _ = read_all(path)
    assert [row.cells["slug"] for row in rows] == ["a", "a-2", "a2", "b"]


# What a spreadsheet, YAML or a reader might take for something else.
TRICKY = ["=1+1", "+1", "-1", "@SUM(A1)", "'", "''", "'=1", "'tis", '"', "“”", "0123", "007", "1e3", "null", "~", "no",
          "yes", "2013-01", "- a", "a: b", "a:", "a #b", "#a", "|-", "---", "...", "_x000D_", "_x", "\\n", "a\\",
          "{a}", "[a]", "a,b", "a;b", "<b>&amp;", "%s", "*a", "&a", "!a", "?a", "`a", "NULL", "TRUE", "宁波", "，；",
          "𠮷𪜀𫠠", "😀👨‍👩‍👧", "ＡＢ０１＋", "\u3000", "\ufeff", "é", "sep=;", "# 政策"]  # fmt: skip
pieces = st.sampled_from([*TRICKY, "\n", "\n\n", " ", "\t", "\u2028", "x"]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=12
)
texts = st.lists(pieces, max_size=6).map("".join)


def is_printable(text):
    try:
        check_printable(text)
    except TextError:
        return False
    return True


lines = texts.map(clean_line).filter(is_printable)
prose = texts.map(clean_prose).filter(is_printable) | st.sampled_from(
    ["长" * 9000, "a\n" * 4000 + "b", "x" * 32766]
)


@pytest.fixture
def policy():
    make.make_topic(slug="t1"), make.make_topic(slug="t2")
    make.make_phase(slug="p")
    # Some Chinese, as every chronicle has it: by it a file is known to be UTF-8.
    policy = make.make_policy(slug="a", date="2013", editor_note="两个来源的说法不同。")
    make.make_citation(policy, source=make.make_source(slug="s"))
    return policy


@pytest.mark.parametrize("form", ["YAML", "JSON", "folder of CSV", "zip of CSV", "XLSX", "Django"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(150))
@given(
    title=lines.filter(bool),
    title_en=lines,
    summary=prose,
    body=prose,
    locator=lines,
    wording=prose,
    topics=st.sets(st.sampled_from(["t1", "t2"])),
    number=st.integers(1, 32767),
    provisional=st.booleans(),
)
@example("=1+1", "", "'", "''", "'=", "_x000D_", set(), 1, False)
@example("a", "x" * 500, "葛\U000e0100", "a\n\n b\n", "007", "- {a: b}", {"t1"}, 2, True)
def test_no_text_is_lost(form, tmp_path, policy, title, title_en, summary, body, locator, wording, topics, number, provisional):  # fmt: skip
    assume(max(map(len, (title, locator))) <= 60)
    make.write_past_the_rules(
        Entry.objects.all(), title=title, title_en=title_en, summary=summary.strip(), body=body.strip()
    )
    make.write_past_the_rules(Policy.objects.all(), provisional=provisional)
    make.write_past_the_rules(Citation.objects.all(), locator=locator, wording=wording, number=number)
    policy.topics.set([topic for topic in TABLES["topics"].model.objects.all() if topic.slug in topics])
    path = exported(tmp_path, form, ["policies"])
    assert rows_in_file(path) == rows_in_database(["policies", "citations"])


@settings(max_examples=examples(1000))
@given(st.lists(pieces, max_size=8).map("".join))
@example(" a ")
@example("a \n b")
@example("\n a")
@example("a\n\n")
@example("a\r\nb")
@example("\ta\n\tb")
@example("a\n   \nb")
@example("a\x85b\x7f")
def test_any_text_is_a_scalar_of_yaml_spaces_at_the_ends_included(text):
    """No column holds such spaces today; no text of another may depend on that."""
    for indent in ("", "    "):
        lines = f"{indent}- k: {trees.block(text, indent)}\n{indent}- {{k: {trees.flow(text)}, l: 1}}\n"
        ((block, flow),) = [list(yaml.compose(lines, Loader=yaml.CSafeLoader).value)]
        for node in (block, flow):
            _key, value = node.value[0]
            assert (value.value, value.tag) == (text, "tag:yaml.org,2002:str")


@forms
def test_that_an_entry_has_no_phase_is_said(form, tmp_path, policy):
    """Where a row leaves it open, a new entry gets the phase of its date."""
    make.write_past_the_rules(Entry.objects.all(), phase=None)
    rows, _ = read_all(exported(tmp_path, form, ["policies"]))
    (row,) = [row for row in rows if row.table.name == "policies"]
    assert "phase" in row.cells
    assert row.cells["phase"] == ("" if "CSV" in form or form == "XLSX" else None)


def test_yaml_is_as_an_editor_would_write_it(tmp_path):
    make.make_phase(slug="early")
    make.make_source(slug="s"), make.make_topic(slug="t"), make.make_organization(slug="o")
    policy = make.make_policy(
        slug="plan",
        title="《规划》：要点",
        date="2013-01",
        document_type="plan",
        summary="一句话。",
        body="第一段。\n\n- 第二段。",
        topics=list(TABLES["topics"].model.objects.all()),
        issuers=list(TABLES["organizations"].model.objects.all()),
    )
    make.make_citation(policy, source=Source.objects.get(), locator="¶2", date="2013")
    make.make_citation(policy, source=Source.objects.get(), locator="¶3", wording="某" * 100)
    path = exported(tmp_path, "folder of YAML", Policy.objects.all())
    assert (path / "policies.yaml").read_text(encoding="utf-8") == (
        "# 政策\n\n"
        "- slug: plan\n"
        "  title: 《规划》：要点\n"
        '  date: "2013-01"\n'
        "  phase: early\n"
        "  document_type: plan\n"
        "  topics:\n"
        "    - t\n"
        "  issuers:\n"
        "    - o\n"
        "  status: draft\n"
        "  summary: 一句话。\n"
        "  body: |-\n"
        "    第一段。\n"
        "\n"
        "    - 第二段。\n"
        "  citations:\n"
        '    - {source: s, locator: ¶2, date: "2013"}\n'
        "    - source: s\n"
        "      locator: ¶3\n"
        f"      wording: {'某' * 100}\n"
    )


def test_csv_opens_in_a_chinese_excel(tmp_path, policy):
    text = (exported(tmp_path, "folder of CSV") / "policies.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfslug,title,")
    assert text.count(b"\r\n") == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")"])  # fmt: skip
def test_no_cell_of_a_sheet_is_a_formula(text, tmp_path, policy):
    make.write_past_the_rules(Entry.objects.all(), title=text)
    folder = exported(tmp_path, "folder of CSV", ["policies"])
    (_header, row) = csv.reader(io.StringIO((folder / "policies.csv").read_text(encoding="utf-8-sig")))
    assert f"'{text}" in row
    sheet = load_workbook(exported(tmp_path, "XLSX", ["policies"]))["policies"]
    assert [(cell.value, cell.data_type) for cell in sheet[2] if cell.column_letter == "B"] == [(f"'{text}", "s")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fits"), [("长" * 32767, True), ("长" * 32768, False), ("😀" * 16384, False)]
)
def test_a_text_that_no_cell_of_xlsx_holds_is_refused_by_name(text, fits, tmp_path, policy):
    make.write_past_the_rules(Entry.objects.all(), body=text)
    if fits:
        assert rows_in_file(exported(tmp_path, "XLSX", ["policies"])) == rows_in_database(["policies", "citations"])  # fmt: skip
        return
    with pytest.raises(CannotExport, match="policies “a”, column body: the text has 32,768 characters"):
        exported(tmp_path, "XLSX", ["policies"])
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_the_reader_of_csv_would_refuse_is_refused(tmp_path, policy):
    make.write_past_the_rules(Entry.objects.all(), body="长" * 1_000_001)
    with pytest.raises(CannotExport, match="policies “a”, column body"):
        exported(tmp_path, "folder of CSV", ["policies"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", [["citations"], ["nothing"], [], Citation.objects.all()])
def test_what_is_no_table_of_records_is_a_mistake_of_the_program(what, tmp_path):
    with pytest.raises(ValueError, match="table"):
        export(what, tmp_path / "content", "yaml")


@forms
def test_what_a_public_entry_refers_to_is_left_out_where_it_is_withdrawn(form, tmp_path):
    user = make.make_user()
    policy = make.make_policy(slug="gone", published=True)
    milestone = make.make_milestone(slug="stays", policies=[policy], published=True)
    goal = make.make_goal(slug="goal", declared_by=policy, published=True)
    policy.withdraw(by=user, reason="错")
    path = exported(tmp_path, form, ["milestones", "goals"], visible=published)
    cells = {row.cells["slug"]: row.cells for row in read_all(path)[0] if "slug" in row.cells}
    assert not cells[milestone.slug].get("policies")
    assert not cells[goal.slug].get("declared_by")


def test_a_user_sees_what_the_desk_shows_them(tmp_path):
    make.make_policy(slug="draft")
    for user, slugs in ((make.make_editor(), ["draft"]), (make.make_user(), [])):
        path = exported(
            tmp_path, "JSON", ["policies"], visible=lambda entries, by=user: entries.visible_to(by)
        )
        assert [row.cells["slug"] for row in read_all(path)[0]] == slugs


@forms
def test_the_status_is_written_and_left_out_with_a_notice_when_it_is_read(form, tmp_path, policy):
    path = exported(tmp_path, form, ["policies"])
    reading = read([path])
    rows = [row for sheet in reading.sheets for row in sheet]
    assert "status" not in rows[0].cells
    assert any("status" in str(notice) for notice in reading.notices)
    if path.suffix == ".yaml":
        assert "status: draft" in path.read_text(encoding="utf-8")


def emptied():
    connection.check_constraints()  # PostgreSQL empties no table of which it has yet to check something
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()


def test_a_fixture_loads_into_an_empty_database_and_gives_the_same_export(tmp_path):
    world = make_world()
    for status in ("draft", "scheduled", "withdrawn"):
        add_entries(world, status, status=status)
    make.make_area(slug="0-before-its-parent", parent=world.area)
    before, rows = contents(exported(tmp_path, "Django")), rows_in_database()
    statuses = list(
        Entry.objects.order_by("slug").values_list("slug", "status", "published_at", "changed_at")
    )
    emptied()
    call_command("loaddata", tmp_path / "fixture.json", verbosity=0)
    assert rows_in_database() == rows
    assert list(Entry.objects.order_by("slug").values_list("slug", "status", "published_at", "changed_at")) == statuses  # fmt: skip
    assert contents(exported(tmp_path, "Django")) == before
    # loaddata writes rows and nothing that follows from them.
    call_command("check_integrity", mend=True, verbosity=0)
    assert list(violations()) == []
    assert not Entry.objects.ever_public().exclude(published_by__is_active=False)


def test_a_fixture_is_what_dumpdata_writes_but_for_persons_and_parts_of_a_millisecond(tmp_path):
    make_world()
    out = io.StringIO()
    call_command("dumpdata", "timeline", "--natural-foreign", "--natural-primary", stdout=out, verbosity=0)
    ours = json.loads(exported(tmp_path, "Django").read_text(encoding="utf-8"))
    models = {its["model"] for its in ours} - {"auth.user"}

    def comparable(objects):
        for its in objects:
            for name in ("published_at", "created_at", "changed_at"):
                if its["fields"].get(name):
                    its["fields"][name] = its["fields"][name][:23]
            if its["fields"].get("published_by"):
                its["fields"]["published_by"] = ["somebody"]
        return sorted(json.dumps(its, sort_keys=True) for its in objects if its["model"] in models)

    assert comparable(ours) == comparable(json.loads(out.getvalue()))
    assert [list(its["fields"]) for its in ours if its["model"] == "timeline.policy"][0][0] == "entry_ptr"


@forms
def test_what_is_there_is_not_overwritten_by_accident(form, tmp_path):
    format, name = FORMS[form]
    make.make_source(slug="s")
    export(None, tmp_path / name, format)
    before = contents(tmp_path / name)
    make.make_source(slug="t")
    with pytest.raises(CannotExport, match="--force"):
        export(None, tmp_path / name, format)
    assert contents(tmp_path / name) == before
    export(None, tmp_path / name, format, force=True)
    assert contents(tmp_path / name) != before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "content").mkdir()
    export(["sources"], tmp_path / "content", "yaml")
    assert [path.name for path in (tmp_path / "content").iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize("name", ["letter.txt", "policies"])
def test_a_folder_with_other_things_in_it_is_never_replaced(name, tmp_path):
    if name == "policies":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("Dear")
    with pytest.raises(CannotExport, match=f"“{name}”, which no export wrote"):
        export(None, tmp_path, "yaml", force=True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@forms
def test_a_full_disk_leaves_what_was_there_and_nothing_besides(form, tmp_path):
    format, name = FORMS[form]
    export(None, tmp_path / name, format)
    before = contents(tmp_path / name)
    make.make_source(note="".join(chr(0x4E00 + number % 20000) for number in range(30_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        with pytest.raises(CannotExport, match="cannot be written"):
            export(None, tmp_path / name, format, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(tmp_path / name) == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("format", "name", "endings"),
    [
        ("xlsx", "content", ".xlsx"),
        ("django", "all.zip", ".json"),
        ("csv", "all.json", ".csv, .zip"),
        ("yaml", "a.xlsx", ".yaml, .yml, .zip"),
    ],
)
def test_a_name_that_does_not_fit_the_format_is_refused(format, name, endings, tmp_path):
    with pytest.raises(CannotExport, match=f"ends in: {endings}"):
        export(None, tmp_path / name, format)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(CannotExport, match="No such file or directory"):
        export(None, tmp_path / "nowhere" / "all.json", "json")


def test_names_say_which_format_is_meant():
    assert [format_of(Path(name)) for name in ("a.xlsx", "a.json", "a.zip", "a.csv", "a.yml", "a")] == [
        "xlsx",
        "json",
        "csv",
        "csv",
        "yaml",
        "yaml",
    ]


def test_a_zip_says_nothing_of_when_it_was_written(tmp_path):
    with zipfile.ZipFile(exported(tmp_path, "zip of CSV")) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def command(*words):
    out = io.StringIO()
    call_command("export_content", *map(str, words), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_writes_every_format_and_counts(format, tmp_path, policy):
    name = {"xlsx": "all.xlsx", "django": "all.json"}.get(format, "content")
    said = command(tmp_path / name, "--format", format)
    assert "policies: 1 rows" in said
    assert "citations: 1 rows" in said
    assert rows_in_file(tmp_path / name) == rows_in_database()


def test_the_command_takes_kinds_and_the_public_part(tmp_path, policy):
    make.make_policy(slug="seen", published=True)
    command(tmp_path / "all.json", "--kind", "policies", "milestones", "--public")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert list(content) == ["policies", "milestones"]
    assert [row["slug"] for row in content["policies"]] == ["seen"]
    assert "status" not in content["policies"][0]


def test_the_command_refuses_with_a_sentence(tmp_path):
    (tmp_path / "all.json").write_text("")
    with pytest.raises(CommandError, match="--force replaces it"):
        command(tmp_path / "all.json")
    with pytest.raises(CommandError, match="--template"):
        command()


def test_what_goals_and_milestones_refer_to_survives(tmp_path):
    make_world()
    export([*TABLES][:10], tmp_path / "all.json", "json")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert content["goals"][0]["declared_by"] == Goal.objects.get().declared_by.slug
    assert content["milestones"][0]["policies"] == [
        its.slug for its in Milestone.objects.get().policies.all()
    ]


@pytest.mark.django_db(transaction=True)
def test_an_export_sees_one_moment_and_ends_what_it_began(tmp_path):
    """The reading of what may be read is a moment in the middle of it, at which somebody else writes."""
    make.make_policy(slug="a", published=True)

    def late(entries):
        if connection.vendor != "sqlite":  # in memory it is one connection that all threads share
            with ThreadPoolExecutor(1) as hand:
                hand.submit(write_meanwhile).result()
        return entries

    def write_meanwhile():
        try:
            make.make_policy(published=True)
        finally:
            connections.close_all()

    path = exported(tmp_path, "folder of CSV", visible=late)
    assert {row.cells["slug"] for row in read_all(path)[0] if row.table.name == "policies"} == {"a"}
    make.make_policy(slug="b")
    assert not connection.in_atomic_block
    assert len(read_all(exported(tmp_path, "JSON", ["policies"]))[0]) >= 2
