"""What was changed by hand since an import, and a table of another office would change: asked, with the present value proposed."""

import pytest

from tests.editing.entries import whole
from tests.factories import make_organization, make_user
from tests.foreign_tables import import_proposed, policies, texts
from timeline.editing.revisions import record_revisions
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.importing.undo import undo
from timeline.models import ImportBatch, Policy, Revision
from timeline.workflow import Action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NUMBER = "甬政发〔2016〕1号"
TITLE = "关于推进智慧城市建设的通知"


def bring(date="2016-03", title=TITLE, **options):
    return import_proposed(policies([title, NUMBER, date]), source="", **options)


def correct(issuers=(), **values):
    """Change the policy as an editor does."""
    policy = Policy.objects.get()
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save()
    policy.issuers.set(issuers)
    user = make_user(username="li", first_name="李编辑")
    record_revisions(Policy, [policy.pk], by=user, action=Action.SAVED)


def edits(report):
    return [question for question in report.questions if question.kind == "edit"]


def issued():
    return str(Policy.objects.get().issued)


def test_the_same_table_does_not_take_back_what_was_corrected():
    bring()
    correct(issued="2016-03-15")
    report = bring()
    (question,) = edits(report)
    assert question.text.startswith(f"“{TITLE}”: “发文日期” was changed since an import, by 李编辑, ")
    assert question.text.endswith("The file has what was imported then. Which stays?")
    assert [choice.label for choice in question.choices] == [
        "The present value stays: 15 March 2016",
        "That of the file: March 2016",
    ]
    assert (question.answer, texts(report.problems), report.batch) == ("keep", [], None)
    assert issued() == "2016-03-15"


def test_the_value_of_the_table_is_taken_where_that_is_answered():
    bring()
    correct(issued="2016-03-15")
    (question,) = edits(bring())
    bring(answers={question.key: "take"})
    assert issued() == "2016-03"
    # Nobody has corrected that since.
    assert edits(bring("2016-04")) == []


def test_of_what_both_changed_nothing_is_proposed_and_nothing_imported_before_an_answer():
    bring()
    correct(issued="2016-03-15")
    report = bring("2016-05")
    (question,) = edits(report)
    assert question.text.endswith("The file has a new value. Which stays?")
    assert (question.answer, len(report.problems), issued()) == ("", 1, "2016-03-15")
    assert report.counts["policies"] == {"open": 1}
    bring("2016-05", answers={question.key: "keep"})
    assert issued() == "2016-03-15"
    # It is another question for another date.
    report = bring("2016-06", answers={question.key: "keep"})
    assert len(report.problems) == 1


def test_a_type_read_from_the_title_takes_back_no_other_that_was_chosen():
    bring()
    correct(document_type="opinions")
    (question,) = edits(bring())
    assert (question.answer, Policy.objects.get().document_type) == ("keep", "opinions")
    assert [choice.label for choice in question.choices] == [
        "The present value stays: Opinions",
        "That of the file: Notice",
    ]


def test_a_table_of_another_name_asks_as_well():
    bring()
    correct(issued="2016-03-15")
    ImportBatch.objects.update(files=[{"name": "其他.csv"}])
    assert [question.answer for question in edits(bring())] == ["keep"]


def test_an_older_table_does_not_take_back_what_a_newer_one_corrected():
    bring("2016-03")
    bring("2016-05")
    report = bring("2016-03")
    (question,) = edits(report)
    assert question.text == (
        f"“{TITLE}”: an import brought what the file has as “发文日期”, and a later one the present value. Which stays?"
    )
    assert (question.answer, issued()) == ("keep", "2016-05")
    bring("2016-03", answers={question.key: "take"})
    assert issued() == "2016-03"
    # What stands in both tables is no question, and something new is none of an older table.
    assert edits(bring("2016-03")) == edits(bring("2016-06")) == []


def test_what_no_import_brought_is_changed_as_the_preview_shows():
    bring()
    correct(issued="2016-03-15")
    ImportBatch.objects.update(undone_at="2026-01-01T00:00Z", undone_by=make_user())
    report = bring("2016-05")
    assert (edits(report), issued()) == ([], "2016-05")


def test_a_date_that_only_says_less_replaces_no_exact_one_without_an_answer():
    bring("2016-03-15")
    ImportBatch.objects.update(undone_at="2026-01-01T00:00Z", undone_by=make_user())
    report = bring("2016-03")
    (question,) = edits(report)
    assert question.text == f"“{TITLE}”: “发文日期” is more exact than in the file. Which stays?"
    assert (question.answer, texts(report.problems), issued()) == ("keep", [], "2016-03-15")
    assert edits(bring("2016-03-15")) == []
    bring("2016-03", answers={question.key: "take"})
    assert issued() == "2016-03"


def test_what_a_working_copy_of_a_public_record_corrects_is_asked_as_well():
    file = policies([TITLE, NUMBER, "2016-03"])
    assert texts(import_proposed(file, _publish=True).problems) == []
    policy = Policy.objects.get()
    save_working_copy(policy, whole(policy) | {"issued": "2016-03-15"}, by=make_user(username="li"))
    (question,) = edits(report := import_proposed(file))
    assert (question.answer, report.working_copies) == ("keep", 0)
    report = import_proposed(file, answers={question.key: "take"})
    copy = Revision.objects.working_copies().get()
    assert (report.working_copies, copy.content["issued"]) == (1, "2016-03")


def test_records_are_named_by_their_titles():
    header = ("文件名称", "文号", "发文日期", "发文机关")
    office = make_organization(title="市发展和改革委员会", slug="fagai")
    make_organization(title="市经济和信息化委员会", slug="jingxin")

    def table(body):
        return policies([TITLE, NUMBER, "2016-03", body], header=header)

    import_proposed(table("市经济和信息化委员会"))
    correct([office])
    (question,) = edits(import_proposed(table("市经济和信息化委员会")))
    assert [choice.label for choice in question.choices] == [
        "The present value stays: 市发展和改革委员会",
        "That of the file: 市经济和信息化委员会",
    ]
    assert [one.slug for one in Policy.objects.get().issuers.all()] == ["fagai"]


def test_the_command_takes_what_the_table_says_on_request():
    bring()
    correct(issued="2016-03-15")
    report = bring(_overwrite_edits=True)
    assert (edits(report), issued()) == ([], "2016-03")
    assert "The file overwrites it." in " ".join(texts(report.notices))


@pytest.mark.parametrize("skipped", [0, 1])
@pytest.mark.parametrize("corrected", [False, True])
def test_what_an_undo_brought_back_was_not_changed_by_hand(corrected, skipped):
    bring()
    bring("2016-04")
    changed = bring("2016-05")
    undo(changed.batch, by=make_user())
    # Of another record that it left alone.
    ImportBatch.objects.filter(pk=changed.batch.pk).update(skipped_count=skipped)
    assert issued() == "2016-04"
    if corrected:
        correct(issued="2016-04-15")
    report = bring("2016-05")
    assert len(edits(report)) == corrected
    assert issued() == ("2016-04-15" if corrected else "2016-05")
