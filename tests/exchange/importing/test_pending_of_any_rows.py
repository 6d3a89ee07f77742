"""Dry runs report what the import does, for generated rows of all tables."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples_of
from hypothesis import strategies as st

from tests import factories as make
from tests.dry_runs import assert_same, content
from tests.examples import examples
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.models import chunks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# By table, the slugs of stored records and of others.
STORED = {
    "sources": ["board"],
    "phases": ["early"],
    "topics": ["geo"],
    "areas": ["city", "town"],
    "policies": ["draft", "public"],
    "milestones": ["launch", "opened"],
    "goals": ["aim", "open-aim"],
}
NEW = {
    "sources": ["paper"],
    "phases": ["late"],
    "topics": ["optical"],
    "areas": ["port"],
    "policies": ["new", "newer"],
    "milestones": ["fresh"],
    "goals": ["fresh-aim"],
}
# A slug that a working copy changes to, and one of another kind.
TAKEN = {"milestones": ["reopened"], "goals": ["new"]}
REQUIRED = {"phases": {"period": "2016/2020"}, "policies": {"document_type": "plan"}}
WORDS = st.sampled_from(["甲", "乙", "丙丁"])
DATES = st.sampled_from(["2012", "2013-05", "2016", "2018", "", None])
NUMBERS = st.sampled_from(["甬党〔2010〕14号", "甬党〔2011〕1号", ""])
DELETED = st.sampled_from(["yes", "no"])


def slug(*tables):
    return st.sampled_from([slug for table in tables for slug in STORED[table] + NEW[table]])


def rows(keys, **optional):
    parts = st.fixed_dictionaries(keys, optional=optional)
    return st.lists(parts, max_size=4, unique_by=lambda row: tuple(row[name] for name in keys))


def named(table, **optional):
    return rows(
        {"slug": st.sampled_from(STORED[table] * 4 + NEW[table] * 4 + TAKEN.get(table, []))},
        title=WORDS,
        **optional,
    )


CITATION = {"source": slug("sources"), "locator": st.sampled_from(["¶1", ""])}
FILES = st.fixed_dictionaries(
    {},
    optional={
        "sources": named("sources"),
        "phases": named("phases", period=st.sampled_from(["2011/2015", "2016/2020", "2010/..", "2019-13"])),
        "topics": named("topics"),
        "areas": named("areas", parent=slug("areas")),
        "policies": named(
            "policies",
            date=DATES,
            phase=slug("phases"),
            document_number=NUMBERS,
            topics=st.lists(slug("topics"), max_size=2),
        ),
        "milestones": named("milestones", date=DATES, policies=st.lists(slug("policies"), max_size=2)),
        "goals": named(
            "goals",
            date=DATES,
            declared_by=slug("policies", "milestones"),
            target=DATES,
            phase=slug("phases"),
        ),
        "citations": rows({"entry": slug("policies", "milestones", "goals"), **CITATION}, delete=DELETED),
        "relations": rows(
            {"from": slug("policies"), "type": st.just("amends"), "to": slug("policies")}, delete=DELETED
        ),
    },
)


def completed(tables):
    """Add a row for each new record, required columns, and a citation of each entry."""
    for name, slugs in NEW.items():
        found = tables.setdefault(name, [])
        found += [{"slug": slug} for slug in slugs if slug not in [row["slug"] for row in found]]
        for row in found:
            if row["slug"] in slugs:
                row |= {"title": f"新的 {row['slug']}", **REQUIRED.get(name, {}), **row}
    citations = tables.setdefault("citations", [])
    entries = [slug for name in ("policies", "milestones", "goals") for slug in STORED[name] + NEW[name]]
    citations += [{"entry": entry, "source": "paper", "locator": "¶9"} for entry in entries]
    return tables


@pytest.fixture(scope="module")
def some_records(module_records):
    """Drafts and public entries of several kinds that refer to each other, and a working copy."""
    source = make.make_source(slug="board")
    make.make_phase(slug="early", period="2011/2015")
    make.make_topic(slug="geo")
    make.make_area(slug="city", title="市")
    make.make_area(slug="town", title="镇", parent=make.Area.objects.get(slug="city"))
    draft = make.make_policy(slug="draft", document_number="甬党〔2010〕14号")
    public = make.make_policy(slug="public", document_number="甬党〔2011〕1号", date="2012")
    make.make_citation(public, source=source, locator="¶1")
    make.make_relation(draft, "amends", public)
    opened = make.make_milestone(slug="opened", title="乙", date="2013", policies=[public])
    make.make_citation(opened, source=source, locator="")
    make.make_milestone(slug="launch", title="甲", policies=[draft])
    aim = make.make_goal(slug="open-aim", declared_by=opened, target="2016")
    make.make_citation(aim, source=source, locator="¶1")
    make.make_goal(slug="aim", declared_by=draft)
    for entry in (public, opened, aim):
        entry.publish(by=make.make_user())
    row = table_of_record(opened).whole_row_of(opened)
    save_working_copy(opened, row | {"slug": "reopened", "summary": "摘要"}, by=make.make_user())


@pytest.mark.usefixtures("some_records")
@given(
    tables=FILES,
    is_complete=st.sampled_from([True, True, True, False]),
    publish=st.booleans(),
    chunk_size=st.sampled_from([1, 2, 500]),
    own_work=st.sampled_from([False, False, True]),
)
@examples_of(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_of_any_rows_a_dry_run_reports_what_the_import_does(
    tables, is_complete, publish, chunk_size, own_work, settings, monkeypatch
):
    monkeypatch.setattr(chunks, "CHUNK_SIZE", chunk_size)
    settings.NOBODY_PUBLISHES_OWN_WORK = own_work
    files = content(**(completed(tables) if is_complete else tables))
    assert_same(files, publish=publish)
