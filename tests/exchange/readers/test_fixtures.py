"""Django fixtures: the output of dumpdata is read as the same rows as other files."""

import io
import json

import pytest
from django.core.management import call_command

from tests.factories import CONTENT
from tests.files import json_file, read_all
from tests.imports import row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")


def rows(*objects):
    found, problems = read_all(Upload("dump.json", json_file(objects)))
    assert [str(problem) for problem in problems] == []
    return [(row.table.name, row.cells) for row in found]


def problem(*objects):
    _, problems = read_all(Upload("dump.json", json_file(objects)))
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def made(model, fields, pk=None):
    return {"model": f"timeline.{model}", "fields": fields} | ({"pk": pk} if pk else {})


ENTRY = made("entry", {"slug": "a", "title": "甲", "topics": [["x"], ["y"]], "phase": ["p"]})
POLICY = {"document_type": "plan", "issuers": [["g"]], "provisional": True}
ROW = ("policies", {"slug": "a", "title": "甲", "topics": ["x", "y"], "phase": "p", "document_type": "plan",
                    "issuers": ["g"], "provisional": "true"})  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_a_record_in_two_objects_is_one_row_by_its_natural_key(order):
    assert rows(*[ENTRY, made("policy", POLICY | {"entry_ptr": ["a"]})][::order]) == [ROW]


def test_a_record_in_two_objects_is_one_row_by_its_primary_key():
    assert rows(ENTRY | {"pk": 7}, made("policy", POLICY, 7)) == [ROW]
    assert rows(ENTRY | {"pk": 7}, made("policy", POLICY | {"entry_ptr": 7})) == [ROW]


def test_a_record_in_one_object_is_one_row():
    assert rows(made("policy", {**ENTRY["fields"], **POLICY})) == [ROW]


def test_yaml_has_the_same_shape():
    text = "- model: timeline.area\n  fields: {slug: a, title: 甲, parent: [b]}\n"
    found, problems = read_all(Upload("dump.yaml", text.encode()))
    assert problems == []
    assert [(row.table.name, row.cells) for row in found] == [
        ("areas", {"slug": "a", "title": "甲", "parent": "b"})
    ]


@pytest.mark.parametrize(("named", "cell"), [(["o"], "o"), (3, "o"), (None, None)])
def test_the_only_authority_of_former_fixtures_is_one_of_the_authorities(named, cell):
    entry = {"slug": "a", "title": "甲", "programme": "试点", "designee": ["x"]}
    found = rows(
        made("organization", {"slug": "o"}, 3), made("pilotdesignation", entry | {"authority": named})
    )
    assert found[1] == ("pilot_designations", {**entry, "designee": "x", "authorities": cell})


def test_references_by_primary_key_are_found_in_the_same_file():
    assert rows(
        made("source", {"slug": "s"}, 3),
        ENTRY | {"pk": 7},
        made("milestone", {"entry_ptr": 7}, 7),
        made("citation", {"entry": 7, "source": 3, "number": 1}, 9),
    ) == [
        ("sources", {"slug": "s"}),
        ("milestones", {**ENTRY["fields"], "topics": ["x", "y"], "phase": "p"}),
        ("citations", {"entry": "a", "source": "s", "number": "1"}),
    ]


def test_a_primary_key_that_the_file_does_not_explain_is_refused():
    found = problem(made("citation", {"entry": ["a"], "source": 3}))
    assert (found.column, found.value, found.place.row) == ("source", "3", 1)
    assert "--natural-foreign" in found.message


def test_columns_are_named_as_in_other_files():
    assert rows(made("policyrelation", {"from_policy": ["a"], "type": "amends", "to_policy": ["b"]})) == [
        ("relations", {"from": "a", "type": "amends", "to": "b"})
    ]


def test_what_files_do_not_carry_is_left_out_and_told():
    reading = read(
        [
            Upload(
                "dump.json",
                json_file(
                    [
                        made(
                            "policy",
                            {"slug": "a", "status": "published", "sort_earliest": "x", "place": "2010"},
                        ),
                        made("revision", {"number": 1}),
                        {"model": "auth.user", "fields": {"username": "x"}},
                    ]
                ),
            )
        ]
    )
    assert [row.cells for sheet in reading.sheets for row in sheet] == [{"slug": "a", "status": "published"}]
    assert [notice.message for notice in reading.notices] == [
        "timeline.revision: 1 objects are no content and were left out.",
        "auth.user: 1 objects are no content and were left out.",
        "timeline.policy: the columns place, sort_earliest do not come from files and were left out.",
    ]


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ([made("polcy", {"slug": "a"})], "perhaps “timeline.policy” is meant"),
        ([made("area", {"slug": "a", "titel": "b"})], "perhaps “title” is meant"),
        ([made("area", {"slug": "a", "title": ["b"]})], "One value"),
        ([made("area", {"slug": "a", "parent": ["b", "c"]})], "natural key"),
        ([made("area", {"slug": "a", "parent": {"b": "c"}})], "natural key"),
        ([made("topic", {"slug": "a", "phases": "b"})], "A list is expected"),
        ([made("policy", {"document_type": "plan"}, 7)], "rest of this record"),
        ([made("entry", {"slug": "a"}, 7)], "what kind of entry"),
        ([made("area", {"slug": "a"}), {"model": "timeline.area"}], "“model” and “fields”"),
        ([made("area", {"slug": "a"}), "x"], "“model” and “fields”"),
        ([made("area", {"slug": "a"}), {"model": "timeline.area", "fields": []}], "“model” and “fields”"),
    ],
)
def test_what_is_wrong_with_an_object_is_named(objects, words):
    assert words in problem(*objects).message


@pytest.fixture(scope="module")
def content(module_records):
    """Import a whole chronicle once per module; the imports of the tests do not change it."""
    assert import_files([CONTENT]).problems == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options", [{}, {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}]
)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_dumpdata_writes_of_all_content_is_the_content(options, form, tmp_path, content):
    text = io.StringIO()
    call_command("dumpdata", "timeline", format=form, stdout=text, **options)
    path = tmp_path / f"dump.{form}"
    path.write_text(text.getvalue(), encoding="utf-8")
    rows, problems = read_all(path)
    assert [str(problem) for problem in problems] == []
    kept = {table.name: table.model._default_manager.count() for table in TABLES.values()}
    assert {name: sum(row.table.name == name for row in rows) for name in kept} == kept
    again = import_files([path])
    assert again.problems == []
    assert row_counts(again)["unchanged"] == sum(kept.values())


def test_a_list_of_rows_is_no_fixture():
    found, _ = read_all(Upload("policies.json", json.dumps([{"slug": "a", "title": "b"}]).encode()))
    assert [row.table.name for row in found] == ["policies"]


def test_a_problem_names_the_line_of_the_field():
    text = "- model: timeline.area\n  fields:\n    slug: a\n    title: [甲]\n"
    _rows, (problem,) = read_all(Upload("dump.yaml", text.encode()))
    assert (problem.column, problem.place.line, problem.line) == ("title", 1, 4)


@pytest.mark.parametrize(("since", "status"), [("2020-01-01T00:00:00Z", "published"), ("2999-01-01T00:00:00Z", "scheduled"), ("2999-01-01", "scheduled"), ("2999-13-01T00:00", "published"), (None, "published")])  # fmt: skip
def test_what_is_published_from_a_time_that_lies_ahead_is_scheduled(since, status):
    objects = [made("topic", {"slug": "a", "status": "published", "published_at": since})]
    (row,) = [row for sheet in read([Upload("dump.json", json_file(objects))]).sheets for row in sheet]
    assert row.cells["status"] == status
