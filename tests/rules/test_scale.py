"""Made chronicles of any size are filled by the import, and each of their pages is measured."""

import itertools

import pytest

from bench import generated, scale

pytestmark = pytest.mark.long

KINDS = ("policies", "pilot_designations", "milestones", "goals")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """The chronicle of 1,000 entries: what its import took, and the measures of its pages."""
    folder = tmp_path_factory.mktemp("scale")
    return scale.filled(folder, 1000, None), scale.run("measure", folder, 1, None)


def test_a_made_chronicle_has_all_kinds_of_records_and_references():
    rows = [*generated.Generator(1000).rows()]
    assert sum(table in KINDS for table, _row in rows) == 1000
    assert {table for table, _row in rows} == {
        "sources",
        "phases",
        "topics",
        "organizations",
        "areas",
        *KINDS,
    }
    for name in (
        "topics",
        "issuers",
        "areas",
        "relations",
        "assessments",
        "citations",
        "declared_by",
        "target",
    ):
        assert any(row.get(name) for _table, row in rows), name
    assert len({row["title"] for table, row in rows if table in KINDS}) > 950


def test_a_hundred_times_as_many_entries_have_few_times_as_many_topics():
    topics = {}
    for count in (1000, 100_000):
        rows = generated.Generator(count).rows()
        # The reference records come first.
        references = itertools.takewhile(lambda one: one[0] not in KINDS, rows)
        topics[count] = sum(table == "topics" for table, _row in references)
    assert topics[1000] < topics[100_000] < 5 * topics[1000]


def test_the_import_and_the_pages_of_a_made_chronicle_are_measured(filled):
    took, pages = filled
    assert took["seconds"] > 0
    assert 0 < took["before"] <= took["peak"] <= scale.MEMORY
    assert {
        "front",
        "front, second page",
        "entry",
        "source",
        "goal-list",
        "feed",
        "admin, policy",
    } <= pages.keys()
    for measures in pages.values():
        assert measures.keys() == {"first", "cpu", "wall", "queries", "kb"}
        assert all(value > 0 for value in measures.values())


def test_the_table_of_pages_compares_the_largest_chronicle_with_the_smallest():
    small = {"first": 20.0, "cpu": 20.0, "wall": 20.0, "queries": 10, "kb": 90.0}
    large = small | {"cpu": 50.0, "first": 150.0}
    pages = {"entry": large, "front, topic": large, "about": small}
    lines = [*scale.rows({1000: dict.fromkeys(pages, small), 100_000: pages})][2:]
    assert [is_met for _line, is_met in lines] == [False, True, True]
    assert "cpu × 2.5 > 1.5" in lines[0][0]
    assert scale.missed("about", small, small | {"kb": 151.0}) == ["151 kB > 150"]
