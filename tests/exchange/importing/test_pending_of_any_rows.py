"""A dry run reports what the import would, whatever rows of whatever tables stand in the files."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples_of
from hypothesis import strategies as st

from tests import factories as make
from tests.dry_runs import assert_same, content
from tests.examples import examples
from timeline.editing.revisions import table_of_entry
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.importing import import_files as line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SLUGS = {
    "sources": ["board", "paper"],
    "phases": ["early", "late"],
    "topics": ["optical", "geo"],
    "areas": ["city", "town", "port"],
    "policies": ["draft", "public", "new", "same"],
    "milestones": ["launch", "opened", "fresh", "same"],
    "goals": ["aim", "open-aim", "fresh-aim"],
}
WORDS = st.sampled_from(["甲", "乙", "丙丁"])
DATES = st.sampled_from(["2012", "2013-05", "2016", "2017-13", "", None])
NUMBERS = st.sampled_from(["甬党〔2010〕14号", "甬党〔2011〕1号", ""])
CITED = {"source": st.sampled_from([*SLUGS["sources"], "nowhere"]), "locator": st.sampled_from(["¶1", ""])}
DELETED = st.sampled_from(["yes", "no"])


def slug(*tables, unknown="nowhere"):
    return st.sampled_from([*(slug for table in tables for slug in SLUGS[table]), unknown])


def rows(required, **optional):
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=4)


def named(table, **optional):
    return rows({"slug": st.sampled_from(SLUGS[table]), "title": WORDS}, **optional)


FILES = st.fixed_dictionaries(
    {},
    optional={
        "sources": named("sources"),
        "phases": rows(
            {
                "slug": st.sampled_from(SLUGS["phases"]),
                "title": WORDS,
                "period": st.sampled_from(["2011/2015", "2016/2020", "2010/.."]),
            }
        ),
        "topics": named("topics"),
        "areas": named("areas", parent=slug("areas")),
        "policies": named(
            "policies",
            document_type=st.just("plan"),
            date=DATES,
            phase=slug("phases"),
            document_number=NUMBERS,
            topics=st.lists(slug("topics"), max_size=2),
            citations=rows(CITED, delete=DELETED),
        ),
        "milestones": named(
            "milestones", date=DATES, policies=st.lists(slug("policies"), max_size=2), citations=rows(CITED)
        ),
        "goals": named(
            "goals",
            date=DATES,
            declared_by=slug("policies", "milestones"),
            target=DATES,
            phase=slug("phases"),
            citations=rows(CITED),
        ),
        "citations": rows({"entry": slug("policies", "milestones", "goals"), **CITED}, delete=DELETED),
        "relations": rows(
            {"from": slug("policies"), "type": st.just("amends"), "to": slug("policies")}, delete=DELETED
        ),
    },
)


@pytest.fixture(scope="module")
def some_records(module_records):
    """Drafts and public entries of each kind, that refer to each other."""
    source = make.make_source(slug="board")
    make.make_phase(slug="early", period="2011/2015")
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
    row = table_of_entry(opened).whole_row_of(opened)
    save_working_copy(opened, row | {"slug": "fresh", "summary": "摘要"}, by=make.make_user())


@pytest.mark.usefixtures("some_records")
@given(tables=FILES, publish=st.booleans(), chunk_size=st.sampled_from([1, 2, 500]), own_work=st.booleans())
@examples_of(
    max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_of_any_rows_a_dry_run_reports_what_the_import_does(
    tables, publish, chunk_size, own_work, settings, monkeypatch
):
    monkeypatch.setattr(line, "CHUNK_SIZE", chunk_size)
    settings.NOBODY_PUBLISHES_OWN_WORK = own_work
    assert_same(content(**tables), publish=publish)
