"""Round trip: an export that is imported into an empty database and exported again has the same bytes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.examples import examples
from tests.exports import READ_BACK
from tests.factories import (
    CONTENT,
    OTHER_CONTENT,
    empty,
    make_citation,
    make_milestone,
    make_policy,
    make_source,
    make_topic,
    make_user,
)
from tests.imports import row_counts
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Milestone, Policy, Source
from timeline.rows.tables import TABLES


def bytes_of(path):
    return {one.name: one.read_bytes() for one in ([path] if path.is_file() else sorted(path.iterdir()))}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("format", "name"),
    [pytest.param(*each, marks=() if "yaml" in each else pytest.mark.long) for each in READ_BACK.items()],
)
def test_all_the_content_comes_back_to_the_byte(tmp_path, format, name):
    user = make_user()
    for folder in (CONTENT, OTHER_CONTENT):
        import_files([folder], by=user, publish=True)
    for number in ("first", "second"):
        (tmp_path / number).mkdir()
    first, second = tmp_path / "first" / name, tmp_path / "second" / name
    export(None, first, format)
    empty()
    report = import_files([first], by=user, publish=True)
    assert report.problems == []
    assert row_counts(report).keys() == {"new"}
    export(None, second, format)
    assert bytes_of(second) == bytes_of(first)


# Formulas for spreadsheets, edge cases of encodings and parsers, and values that only look empty.
TEXTS = st.one_of(
    st.sampled_from(
        ["=1+1", "+86", "-1", "@here", "'quoted", "''", "007", "1e5", "TRUE", "null", "~", "2013-01", "#N/A"]
    ),
    st.text(alphabet="=+-@'\"\t,;|\\ 甲乙𠮷𪚥😀é0:#{}[]&*!%`", min_size=1, max_size=12),
)
LINES = TEXTS.map(lambda text: text.replace("\t", " ").strip()).filter(bool)
PROSE = st.lists(st.one_of(st.just(""), TEXTS), max_size=3).map("\n".join)


class AnyTexts(TestCase):
    """Every text that a record can hold is restored unchanged in every format."""

    @given(title=LINES, summary=PROSE, body=PROSE, occasion=st.one_of(st.just(""), LINES), locator=LINES)
    @settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow])
    def test_any_text_comes_back_in_every_format(self, title, summary, body, occasion, locator):
        import tempfile
        from pathlib import Path

        user = make_user()
        entry = make_milestone(
            slug="launch",
            title=title,
            summary=summary,
            body=body,
            occasion=occasion,
            topics=[make_topic(slug="t", published=False)],
        )
        source = make_source(slug="s", title=title, published=False)
        make_citation(entry, source=source, locator=locator[:60], remark=summary)
        kept = Milestone.objects.values("title", "summary", "body", "occasion").get()
        with tempfile.TemporaryDirectory() as folder:
            for format, name in READ_BACK.items():
                first, second = Path(folder, format, name), Path(folder, f"{format}-2", name)
                first.parent.mkdir()
                second.parent.mkdir()
                export(None, first, format)
                empty()
                report = import_files([first], by=user)
                assert report.problems == [], format
                assert Milestone.objects.values("title", "summary", "body", "occasion").get() == kept, format
                export(None, second, format)
                assert bytes_of(second) == bytes_of(first), format


WRITTEN = {
    "date": "2013年1月下旬",
    "issued": "“十三五”末",
    "published_on": "2014（2015年前）",
    "covers": "1990年代",
    "effective_from": "2021年起",
    "document_number": "甬政发〔2013〕7－8号",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("format", "name"), READ_BACK.items())
def test_the_words_of_dates_come_back_in_every_format(tmp_path, format, name):
    user = make_user()
    policy = make_policy(slug="plan", title="规划", **WRITTEN)
    make_citation(policy, source=make_source(slug="s", published="2015年底"), date="2015年末")
    table = TABLES["policies"]
    kept = table.whole_row_of(policy)
    assert kept["date"] == "2013-01-21/2013-01-31（2013年1月下旬）"
    export(None, tmp_path / name, format)
    report = import_files([tmp_path / name], by=user)
    assert (report.problems, row_counts(report).keys()) == ([], {"unchanged"})
    empty()
    assert import_files([tmp_path / name], by=user).problems == []
    assert table.whole_row_of(Policy.objects.get()) == kept
    assert str(Source.objects.get().published) == "2015（2015年底）"


@pytest.mark.django_db
def test_a_file_may_have_the_words_alone():
    import_files([Upload("policies.csv", WORDS_ALONE.encode())], by=make_user())
    report = import_files([Upload("policies.csv", WORDS_ALONE.encode())], by=make_user())
    assert row_counts(report) == {"unchanged": 1}
    assert str(Policy.objects.get().date) == "2015（2015年底）"


WORDS_ALONE = "slug,title,document_type,date\nplan,规划,plan,2015年底\n"
