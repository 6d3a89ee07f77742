"""The records of rows that the corrected version of a table lacks."""

import pytest

from tests import factories as make
from tests.foreign_tables import import_proposed, policies, texts
from timeline.editing.revisions import record_revision
from timeline.exchange.importing.missing_rows import corrected_source, records_without_row
from timeline.exchange.importing.report import key_cells
from timeline.exchange.mapping.mapping import THIS_FILE, Mapping
from timeline.models import Action, Citation, Policy, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

A = ["关于甲的通知", "甬政发〔2016〕1号", "2016"]
B = ["关于乙的通知", "甬政发〔2017〕2号", "2017"]


@pytest.fixture
def source():
    report = import_proposed(policies(A, B), source=THIS_FILE)
    assert texts(report.problems) == []
    return Source.objects.get()


def slug_of(row):
    return Policy.objects.get(title=row[0]).slug


def test_a_record_without_row_is_missing_with_the_line_that_it_goes_on_citing(source):
    missing = records_without_row(source, {slug_of(A)})
    assert (missing.count, missing.named) == (1, [("policies", slug_of(B))])
    assert (missing.source, missing.places) == (source.title, {slug_of(B): ["第3行"]})


def test_of_all_rows_nothing_is_missing(source):
    assert records_without_row(source, {slug_of(A), slug_of(B)}).count == 0


def test_who_cites_the_table_by_hand_had_no_row_in_it(source):
    other = make.make_policy()
    make.make_citation(other, source=source, locator="第9行")
    record_revision(other, by=make.make_user(), action=Action.SAVED)
    assert records_without_row(source, {slug_of(A), slug_of(B)}).count == 0


def test_a_place_that_was_corrected_is_that_of_a_row(source):
    citation = Citation.objects.get(entry__title=B[0])
    citation.locator = "第3行，第3项"
    citation.save()
    record_revision(Policy.objects.get(title=B[0]), by=make.make_user(), action=Action.SAVED)
    assert records_without_row(source, {slug_of(A)}).places == {slug_of(B): ["第3行，第3项"]}


def rows(slug):
    return [{"table": "citations", "key": f"a / {slug} / 第2行"}]


def test_a_file_is_a_version_of_the_stored_source_that_its_rows_cite(source):
    assert corrected_source(Mapping((), source=THIS_FILE), rows(source.slug)) == source
    assert corrected_source(Mapping((), source=THIS_FILE), rows("new")) is None
    assert corrected_source(Mapping((), source=source.slug), rows(source.slug)) == source


def test_a_source_that_files_only_cite_has_no_versions():
    make.make_source(slug="board")
    assert corrected_source(Mapping((), source="board"), rows("board")) is None


def test_a_place_may_have_the_separator_of_keys_in_it():
    key = key_cells("citations", "a / b / 第1章 / 第2行 / 1")
    assert (key["entry"], key["source"], key["locator"]) == ("a", "b", "第1章 / 第2行")
