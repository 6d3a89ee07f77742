"""The source of all rows: a chosen one, or the file itself."""

import pytest

from tests import factories as make
from tests.files import xlsx_file
from tests.foreign_tables import HEADER, import_proposed, policies, table, texts
from timeline.editing.revisions import record_revision
from timeline.exchange.mapping.mapping import THIS_FILE
from timeline.exchange.mapping.record_choices import NEW
from timeline.exchange.readers.sources import Upload, describe_file
from timeline.models import Action, Citation, Policy, Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ROW = ["关于甲的通知", "甬政发〔2016〕1号", "2016"]


def test_each_row_cites_the_chosen_source_with_its_line():
    make.make_source(slug="board")
    report = import_proposed(policies(ROW, ["关于乙的通知", "", "2017"]), source="board")
    assert texts(report.problems) == []
    assert [*Citation.objects.values_list("source__slug", "locator").order_by("locator")] == [
        ("board", "第2行"),
        ("board", "第3行"),
    ]


def test_the_file_becomes_a_source_with_its_title_name_and_hash():
    file = table(["宁波市政策文件汇总表"], HEADER, ROW, name="文件.csv")
    assert texts(import_proposed(file, source=THIS_FILE).problems) == []
    source = Source.objects.get()
    assert source.title == "宁波市政策文件汇总表"
    assert source.note == f"文件“文件.csv”，SHA-256：{describe_file(file)['sha256']}"
    assert Citation.objects.get().source == source


def test_without_a_title_the_source_is_called_as_the_file():
    import_proposed(policies(ROW), source=THIS_FILE)
    assert Source.objects.get().title == "政策文件汇总表"


@pytest.mark.parametrize(
    "name", ["汇总-导入问题.csv", "汇总-Import problems (1).csv", "汇总-导入问题-导入问题(2).csv"]
)
def test_the_source_of_a_marked_file_is_called_as_that_which_was_marked(name):
    import_proposed(table(HEADER, ROW, name=name), source=THIS_FILE)
    assert Source.objects.get().title == "汇总"


def test_the_source_is_called_as_somebody_chose():
    file = table(["宁波市政策文件汇总表"], HEADER, ROW, name="文件.csv")
    import_proposed(file, source=THIS_FILE, source_title="市府办2016年汇总")
    assert Source.objects.get().title == "市府办2016年汇总"


def test_a_file_of_several_sheets_is_not_called_as_the_first_of_them():
    sheets = {
        "2013": [["政策汇总（2013年）"], HEADER, ROW],
        "2014": [["政策汇总（2014年）"], HEADER, ["关于乙的通知", "", "2014"]],
    }
    file = Upload("政策汇总.xlsx", xlsx_file(**sheets))
    assert texts(import_proposed(file, source=THIS_FILE).problems) == []
    assert Source.objects.get().title == "政策汇总"


def test_the_same_file_is_the_same_source():
    import_proposed(policies(ROW), source=THIS_FILE)
    report = import_proposed(policies(ROW), source=THIS_FILE)
    assert report.counts["sources"] == {"unchanged": 1}
    assert report.counts["citations"] == {"unchanged": 1}


def test_whether_a_corrected_file_is_a_new_source_is_asked():
    import_proposed(policies(ROW), source=THIS_FILE)
    corrected = policies([*ROW[:2], "2016-05"])
    report = import_proposed(corrected, source=THIS_FILE, _dry_run=True)
    (question,) = (one for one in report.questions if one.key.startswith("record/sources"))
    former = Source.objects.get()
    assert [choice.value for choice in question.choices] == [f"record/{former.slug}", "new"]
    # Taken for a new one, it would cite its rows a second time.
    assert question.answer == ""
    assert not any("duplicate" in str(notice) for notice in report.notices)
    import_proposed(corrected, source=THIS_FILE, answers={question.key: f"record/{former.slug}"})
    assert Source.objects.get() == former
    assert Citation.objects.get().source == former


def source_question(file):
    """Return the question of which source a file is a version, or None."""
    report = import_proposed(file, source=THIS_FILE, _dry_run=True)
    return next((one for one in report.questions if one.key.startswith("record/sources")), None)


def rename(source, title="市府办提供的汇总"):
    source.title = title
    source.save()
    record_revision(source, by=make.make_user(), action=Action.SAVED)


def test_a_source_that_was_renamed_is_found_by_the_title_that_its_import_gave_and_by_the_name_of_its_file():
    import_proposed(table(["汇总"], HEADER, ROW, name="旧.csv"), source=THIS_FILE)
    source = Source.objects.get()
    rename(source)
    changed = [*ROW[:2], "2016-05"]
    for file in (
        table(["汇总"], HEADER, changed, name="新.csv"),
        table(["汇总（更正）"], HEADER, changed, name="旧.csv"),
    ):
        question = source_question(file)
        assert [choice.value for choice in question.choices] == [f"record/{source.slug}", NEW]
        assert question.choices[0].label.startswith("Yes: its rows cite “市府办提供的汇总”")
        assert "one that a file of this name or title became" in question.text
    assert source_question(table(["别的"], HEADER, changed, name="新.csv")) is None


def test_a_corrected_version_leaves_the_title_that_somebody_gave_its_source():
    import_proposed(policies(ROW), source=THIS_FILE)
    rename(Source.objects.get())
    file = policies([*ROW[:2], "2016-05"])
    assert texts(corrected(file).problems) == []
    assert Source.objects.get().title == "市府办提供的汇总"


def corrected(file):
    """Import a file as a corrected version of the only source."""
    (question,) = (
        one
        for one in import_proposed(file, source=THIS_FILE, _dry_run=True).questions
        if one.key.startswith("record/sources")
    )
    answers = {question.key: f"record/{Source.objects.get().slug}"}
    return import_proposed(file, source=THIS_FILE, answers=answers)


def test_the_note_of_the_source_names_its_newest_version():
    import_proposed(table(["汇总"], HEADER, ROW, name="旧.csv"), source=THIS_FILE)
    former = Source.objects.get().note
    file = table(["汇总"], HEADER, [*ROW[:2], "2016-05"], name="新.csv")
    report = corrected(file)
    note = f"文件“新.csv”，SHA-256：{describe_file(file)['sha256']}"
    assert [(one.column, one.old, one.new) for one in report.changes if one.place.table == "sources"] == [
        ("note", former, note)
    ]
    assert Source.objects.get().note == note
    assert corrected(file).counts["sources"] == {"unchanged": 1}


def test_a_note_that_somebody_wrote_stays():
    import_proposed(policies(ROW), source=THIS_FILE)
    Source.objects.update(note="市府办2016年提供。")
    report = corrected(policies([*ROW[:2], "2016-05"]))
    assert report.counts["sources"] == {"unchanged": 1}
    assert Source.objects.get().note == "市府办2016年提供。"


def test_without_a_source_a_publication_is_refused_beside_the_open_questions():
    file = policies(ROW, ["关于乙的方案细节", "", "2016.1"])
    report = import_proposed(file, source="", _publish=True, _dry_run=True)
    assert report.questions
    refused = [str(problem) for problem in report.problems if "cites no source" in problem.message]
    assert len(refused) == 2
    assert "column cited sources" in refused[0]
    assert any("No source is chosen that all rows cite" in str(notice) for notice in report.notices)


def test_what_cites_the_file_can_be_published_at_once():
    report = import_proposed(policies(ROW), source=THIS_FILE, _publish=True)
    assert texts(report.problems) == []
    assert Policy.objects.get().is_public
    assert Source.objects.get().is_public


def test_rows_below_a_cell_of_several_lines_are_counted_as_a_spreadsheet_shows_them():
    file = policies(
        ["关于甲\n的通知", "", "2016"], ["关于乙的通知", "", "2016"], ["关于丙的通知", "", "十三月"]
    )
    report = import_proposed(file, source=THIS_FILE)
    assert [problem.place.line for problem in report.problems] == [4]
    import_proposed(policies(["关于甲\n的通知", "", "2016"], ["关于乙的通知", "", "2016"]), source=THIS_FILE)
    assert [*Citation.objects.order_by("locator").values_list("locator", flat=True)] == ["第2行", "第3行"]


def test_places_in_several_sheets_have_their_names():
    file = Upload("政策.xlsx", xlsx_file(甲=[HEADER, ROW], 乙=[HEADER, ["关于乙的通知", "", "2017"]]))
    import_proposed(file, source=THIS_FILE)
    assert {*Citation.objects.values_list("locator", flat=True)} == {"甲第2行", "乙第2行"}


def test_a_source_that_there_is_not_is_one_problem():
    report = import_proposed(policies(ROW, ["关于乙的通知", "", "2017"]), source="board")
    assert [problem.message for problem in report.problems] == [
        "There is no source “board”, which all rows should cite."
    ]


def test_rows_that_cannot_cite_are_said():
    file = table(["题名", "链接", "发布者"], ["甲", "https://example.org/", "乙"], name="来源.csv")
    report = import_proposed(file, source=THIS_FILE)
    assert "Rows of this table cite nothing." in " ".join(texts(report.notices))


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0", "\u200b"])
def test_a_file_that_differs_in_a_blank_changes_nothing(blank):
    import_proposed(policies(ROW, ["关于乙的通知", "", "2017"]), source=THIS_FILE)
    again = policies([ROW[0] + blank, *ROW[1:]], ["关于乙的通知", "", "2017" + blank])
    report = import_proposed(again, source=THIS_FILE)
    assert {name: dict(counts) for name, counts in report.counts.items() if counts} == {
        "sources": {"unchanged": 1},
        "policies": {"unchanged": 2},
        "citations": {"unchanged": 2},
    }


def test_a_workbook_that_was_only_saved_again_is_the_same_source():
    def rename(workbook):
        workbook.properties.title = "另存"

    lines = [HEADER, ROW]
    for change in (None, rename):
        report = import_proposed(Upload("政策.xlsx", xlsx_file(change, 政策=lines)), source=THIS_FILE)
    assert report.counts["sources"] == report.counts["citations"] == {"unchanged": 1}
    assert Source.objects.count() == 1


def test_a_file_with_another_row_is_another_source_if_it_is_said_to_be_new():
    import_proposed(policies(ROW), source=THIS_FILE)
    file = policies(ROW, ["关于乙的通知", "", "2017"])
    questions = import_proposed(file, source=THIS_FILE).questions
    (question,) = (one for one in questions if one.key.startswith("record/sources"))
    assert Source.objects.count() == 1
    import_proposed(file, source=THIS_FILE, answers={question.key: NEW})
    assert Source.objects.count() == 2
