"""Citations by the rows of a table: in a corrected version they move with their rows."""

import pytest

from tests import factories as make
from tests.files import xlsx_file
from tests.foreign_tables import HEADER, import_proposed, policies, texts
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.exchange.importing.undo import undo
from timeline.exchange.mapping.mapping import THIS_FILE
from timeline.exchange.mapping.record_choices import MERGE
from timeline.exchange.readers.sources import Upload
from timeline.models import Action, Citation, Policy, Source
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

A = ["关于甲的通知", "甬政发〔2016〕1号", "2016"]
B = ["关于乙的通知", "甬政发〔2017〕2号", "2017"]
C = ["关于丙的通知", "甬政发〔2018〕3号", "2018"]


def corrected(file, answers=None, **changes):
    """Import a file as a corrected version of the only source."""
    questions = import_proposed(file, source=THIS_FILE, answers=answers, _dry_run=True).questions
    (question,) = (one for one in questions if one.key.startswith("record/sources"))
    answers = {**(answers or {}), question.key: f"record/{Source.objects.get().slug}"}
    report = import_proposed(file, source=THIS_FILE, answers=answers, **changes)
    assert texts(report.problems) == []
    return report


def places():
    """Return the places of all citations by the last sign of the title of their record."""
    found = {}
    for title, locator in Citation.objects.order_by("locator").values_list("entry__title", "locator"):
        found.setdefault(title[2], []).append(locator)
    return found


@pytest.fixture
def table():
    """Import a table of three rows as a source."""
    return import_proposed(policies(A, B, C), source=THIS_FILE)


@pytest.fixture
def public_table():
    """Import a table of three rows as a source, and publish them."""
    report = import_proposed(policies(A, B, C), source=THIS_FILE, _publish=True)
    assert texts(report.problems) == []
    return report


def test_the_citations_of_rows_that_moved_up_move_with_them(table):
    keys = {*Citation.objects.values_list("pk", flat=True)}
    report = corrected(policies(B, C))
    assert report.counts["citations"] == {"changed": 2}
    assert places() == {"甲": ["第2行"], "乙": ["第2行"], "丙": ["第3行"]}
    assert {*Citation.objects.values_list("pk", flat=True)} == keys


def test_the_preview_tells_the_former_and_the_new_place(table):
    report = corrected(policies(C, A, B), _dry_run=True)
    moved = [(one.old, one.new) for one in report.changes if one.column == "locator"]
    assert sorted(moved) == [("第2行", "第3行"), ("第3行", "第4行"), ("第4行", "第2行")]
    assert places() == {"甲": ["第2行"], "乙": ["第3行"], "丙": ["第4行"]}


def test_the_import_does_what_its_preview_tells(table):
    file = policies(B, A, C)
    expected = corrected(file, _dry_run=True, _include_rows=True).fingerprint
    assert corrected(file, _expected_fingerprint=expected).counts["citations"] == {
        "changed": 2,
        "unchanged": 1,
    }
    assert places() == {"甲": ["第3行"], "乙": ["第2行"], "丙": ["第4行"]}


def test_undoing_the_import_moves_them_back_and_it_can_be_done_again(table):
    before = places()
    for _time in range(2):
        batch = corrected(policies(B, C)).batch
        assert places() != before
        assert undo(batch, by=make.make_user()).skipped == []
        assert places() == before
    assert corrected(policies(B, C)).counts["citations"] == {"changed": 2}


def test_the_same_file_again_moves_nothing(table):
    corrected(policies(B, C))
    assert corrected(policies(B, C)).counts["citations"] == {"unchanged": 2}


def test_the_citations_of_public_records_move_in_working_copies(public_table):
    report = corrected(policies(B, C))
    assert report.counts["citations"] == {"changed": 2}
    assert places()["乙"] == ["第3行"]
    policy = Policy.objects.get(title=B[0])
    (citation,) = find_working_copy(policy).content["citations"]
    assert citation["locator"] == "第2行"
    # The next version finds what the working copy has.
    assert corrected(policies(C, A, B)).counts["citations"] == {"changed": 3}
    (citation,) = find_working_copy(policy).content["citations"]
    assert citation["locator"] == "第4行"


def test_where_only_the_working_copy_was_changed_it_counts(public_table):
    corrected(policies(B, C))
    # The public text still has the former line, of which nothing is told.
    report = corrected(policies(B, C))
    assert report.counts["citations"] == {"unchanged": 2}
    assert not any("citation" in str(one) for one in report.notices)


def test_undoing_the_import_ends_the_working_copies(public_table):
    undo(corrected(policies(B, C)).batch, by=make.make_user())
    assert find_working_copy(Policy.objects.get(title=B[0])) is None


def test_the_citations_of_public_records_move_at_once_if_the_import_publishes(public_table):
    report = corrected(policies(B, C), _publish=True)
    assert report.counts["citations"] == {"changed": 2}
    assert places() == {"甲": ["第2行"], "乙": ["第2行"], "丙": ["第3行"]}
    undo(report.batch, by=make.make_user())
    assert places() == {"甲": ["第2行"], "乙": ["第3行"], "丙": ["第4行"]}


def test_places_in_several_sheets_move_also_to_another_sheet():
    def workbook(**sheets):
        return Upload("政策.xlsx", xlsx_file(**{name: [HEADER, *rows] for name, rows in sheets.items()}))

    import_proposed(workbook(前=[A, B], 后=[C]), source=THIS_FILE)
    report = corrected(workbook(前=[B], 后=[A, C]))
    assert report.counts["citations"] == {"changed": 3}
    assert places() == {"甲": ["后第2行"], "乙": ["前第2行"], "丙": ["后第3行"]}


def twice(*rows):
    """Return the file and the answers by which the rows that are repeated are one record."""
    file = policies(*rows)
    questions = import_proposed(file, source=THIS_FILE, _dry_run=True).questions
    return file, {one.key: MERGE for one in questions if MERGE in [each.value for each in one.choices]}


def test_a_record_in_two_rows_keeps_both_places():
    file, answers = twice(A, B, A)
    import_proposed(file, source=THIS_FILE, answers=answers)
    assert places() == {"甲": ["第2行", "第4行"], "乙": ["第3行"]}
    file, answers = twice(C, A, B, A)
    report = corrected(file, answers)
    assert report.counts["citations"] == {"changed": 3, "new": 1}
    assert places() == {"甲": ["第3行", "第5行"], "乙": ["第4行"], "丙": ["第2行"]}


def test_of_a_record_in_two_rows_a_row_that_stands_where_it_did_does_not_move():
    file, answers = twice(A, B, A)
    import_proposed(file, source=THIS_FILE, answers=answers)
    file, answers = twice(A, B, C, A)
    assert corrected(file, answers).counts["citations"] == {"changed": 1, "unchanged": 2, "new": 1}
    assert places()["甲"] == ["第2行", "第5行"]


def test_what_a_record_in_two_rows_keeps_of_them_is_told():
    file, answers = twice(A, B, A)
    import_proposed(file, source=THIS_FILE, answers=answers)
    report = corrected(policies(A, B))
    assert places()["甲"] == ["第2行", "第4行"]
    (notice,) = (str(one) for one in report.notices if "citation names a line" in str(one))
    assert "第4行" in notice


def test_nothing_is_told_where_all_citations_moved(table):
    assert not any("citation" in str(one) for one in corrected(policies(B, C)).notices)


def test_a_record_that_stands_in_one_more_row_gets_one_more_place(table):
    file, answers = twice(C, A, B, A)
    assert corrected(file, answers).counts["citations"] == {"changed": 3, "new": 1}
    assert places()["甲"] == ["第3行", "第5行"]


def test_what_somebody_wrote_stays(table):
    policy, source = Policy.objects.get(title=B[0]), Source.objects.get()
    make.make_citation(policy, source=source, locator="第三章")
    # Named like a row, but by an editor.
    make.make_citation(policy, source=source, locator="第1行")
    record_revision(policy, by=make.make_user(), action=Action.SAVED)
    assert corrected(policies(B, C)).counts["citations"] == {"changed": 2}
    assert places()["乙"] == ["第1行", "第2行", "第三章"]


@pytest.mark.parametrize("change", [{"quotation": "乙"}, {"remark": "原表如此。"}, {"weight": 1}])
def test_what_somebody_changed_stays(table, change):
    citation = Citation.objects.get(entry__title=B[0])
    Citation.objects.filter(pk=citation.pk).update(**change)
    record_revision(Policy.objects.get(title=B[0]), by=make.make_user(), action=Action.SAVED)
    report = corrected(policies(B, C))
    assert report.counts["citations"] == {"changed": 1, "new": 1}
    assert places()["乙"] == ["第2行", "第3行"]
    assert any("1 citation names a line" in str(one) and "第3行" in str(one) for one in report.notices)


def correct(title, locator, former=None):
    """Correct the place of a citation by hand."""
    citation = Citation.objects.get(entry__title=title, **({"locator": former} if former else {}))
    citation.locator = locator
    citation.save()
    record_revision(Policy.objects.get(title=title), by=make.make_user(), action=Action.SAVED)


@pytest.mark.parametrize("locator", ["第3行，第3项", "第二节", "第9行"])
@pytest.mark.parametrize("rows", [[A, B, C], [B, C]])
def test_a_place_that_somebody_corrected_stays_and_none_is_added_beside_it(table, locator, rows):
    correct(B[0], locator)
    if rows == [A, B, C]:
        report = import_proposed(policies(*rows), source=THIS_FILE)
    else:
        report = corrected(policies(*rows))
    assert "new" not in report.counts["citations"]
    assert places()["乙"] == [locator]


def test_a_corrected_place_stays_also_in_the_next_versions(table):
    correct(B[0], "第3行，第3项")
    corrected(policies(B, C))
    assert corrected(policies(C, A, B)).counts["citations"] == {"changed": 2, "unchanged": 1}
    assert places()["乙"] == ["第3行，第3项"]


def test_a_corrected_place_that_names_a_line_which_its_row_has_left_is_told(table):
    correct(B[0], "第3行，第3项")
    same = import_proposed(policies(A, B, C), source=THIS_FILE)
    assert not any("citation names a line" in str(one) for one in same.notices)
    (notice,) = (str(one) for one in corrected(policies(B, C)).notices if "citation names a line" in str(one))
    assert "第3行，第3项" in notice


def test_a_place_that_was_corrected_twice_stays(table):
    correct(B[0], "第4行")
    correct(B[0], "第3行，第3项")
    assert import_proposed(policies(A, B, C), source=THIS_FILE).counts["citations"] == {"unchanged": 3}
    assert places()["乙"] == ["第3行，第3项"]


def test_a_place_that_was_corrected_in_a_working_copy_stays(public_table):
    policy = Policy.objects.get(title=B[0])
    content = table_of(Policy).whole_rows_of([policy.pk])[policy.pk]
    content["citations"] = [{**content["citations"][0], "locator": "第3行，第3项"}]
    save_working_copy(policy, content, by=make.make_user())
    assert corrected(policies(B, C)).counts["citations"] == {"changed": 1, "unchanged": 1}
    (citation,) = find_working_copy(policy).content["citations"]
    assert citation["locator"] == "第3行，第3项"


def test_of_a_record_in_two_rows_the_corrected_place_is_that_of_its_row():
    file, answers = twice(A, B, A)
    import_proposed(file, source=THIS_FILE, answers=answers)
    correct(A[0], "第4行，第3项", "第4行")
    assert import_proposed(file, source=THIS_FILE, answers=answers).counts["citations"] == {"unchanged": 3}
    file, answers = twice(C, A, B, A)
    assert corrected(file, answers).counts["citations"] == {"changed": 2, "unchanged": 1, "new": 1}
    assert places()["甲"] == ["第3行", "第4行，第3项"]


def test_a_place_that_no_import_made_is_another_one():
    policy = make.make_policy(title=A[0], document_number=A[1], issued=A[2])
    make.make_citation(policy, source=make.make_source(slug="board"), locator="第二节")
    record_revision(policy, by=make.make_user(), action=Action.SAVED)
    answers = {}
    for _time in range(2):
        report = import_proposed(policies(A), source="board", answers=answers)
        assert texts(report.problems) == []
    assert places()["甲"] == ["第2行", "第二节"]


def test_a_row_moves_beside_a_second_citation_of_its_new_place(table):
    policy = Policy.objects.get(title=B[0])
    make.make_citation(policy, source=Source.objects.get(), locator="第2行", number=2, quotation="乙")
    record_revision(policy, by=make.make_user(), action=Action.SAVED)
    assert corrected(policies(B, C)).counts["citations"] == {"changed": 2}
    assert places()["乙"] == ["第2行", "第2行"]


def test_the_source_may_have_got_another_slug_since(table):
    source = Source.objects.get()
    source.slug = "board"
    source.save()
    assert corrected(policies(B, C)).counts["citations"] == {"changed": 2}


def test_the_source_that_a_table_became_can_be_chosen_for_its_next_version(table):
    source = Source.objects.get().slug
    report = import_proposed(Upload("更正.csv", policies(B, C).content), source=source)
    assert report.counts["citations"] == {"changed": 2}


def test_of_a_source_that_files_only_cite_the_rows_of_the_same_file_move():
    make.make_source(slug="board")
    import_proposed(policies(A, B, C), source="board")
    other = Upload("另一份.csv", policies(C, B).content)
    assert import_proposed(other, source="board").counts["citations"] == {"new": 1, "unchanged": 1}
    assert import_proposed(policies(B, C), source="board").counts["citations"] == {"changed": 2}
    assert places() == {"甲": ["第2行"], "乙": ["第2行"], "丙": ["第2行", "第3行"]}


def test_the_rows_of_one_record_are_known_in_whichever_chunk_they_are(table, monkeypatch):
    from timeline.models import chunks

    monkeypatch.setattr(chunks, "CHUNK_SIZE", 1)
    file, answers = twice(C, A, B, A)
    expected = corrected(file, answers, _dry_run=True, _include_rows=True).fingerprint
    report = corrected(file, answers, _expected_fingerprint=expected)
    assert report.counts["citations"] == {"changed": 3, "new": 1}
