"""Transitions of several records of a list: what is left out, what is to be confirmed, what is told afterwards."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tests import factories as make
from tests.forms import address, fields_of
from tests.transition_pages import LISTED, asked, button_of, form_url, left_out, section, words_of
from timeline.editing.checks import CHECKS
from timeline.editing.revisions import record_revision
from timeline.editing.stages import STAGES
from timeline.i18n.display import format_datetime
from timeline.models import Milestone, Policy, Revision
from timeline.workflow import TRANSITIONS

pytestmark = pytest.mark.django_db


def bare_drafts(count):
    """Drafts that could be published, each with warnings; none has a date or a phase."""
    drafts = [make.make_milestone(title=f"待发{number}", date="") for number in range(count)]
    for draft in drafts:
        make.make_citation(draft, locator="¶1")
        record_revision(draft, by=make.make_user())
    return drafts


def boxes_of(page):
    """The values of the boxes by the names of their checks."""
    values = re.findall(r'name="confirm" value="([^"]+)"', page.content.decode())
    return {value.partition("~")[0]: value for value in values}


@pytest.mark.checklist
def test_several_are_published_once_each_of_their_checks_is_ticked(editor_client):
    drafts = bare_drafts(12)
    page = asked(editor_client, "publish", *drafts)
    boxes = boxes_of(page)
    assert {"date", "phase"} <= {*boxes}
    text = page.content.decode()
    titles = re.findall(r"<span>(待发[0-9]+)", text[text.index('value="date~') : text.index('value="phase~')])
    assert titles == [draft.title for draft in page.context["form"].findings][:10]
    where, fields = page.redirect_chain[-1][0], fields_of(text)
    editor_client.post(where, fields | {"confirm": [*boxes.values()], "note": "一并发布"})
    assert Milestone.objects.published().count() == 12
    for draft in drafts:
        assert {*Revision.objects.for_record(draft).last().confirmed_warnings} == {*boxes}


@pytest.mark.checklist
def test_one_box_confirms_every_check_of_all_records(editor_client):
    drafts = bare_drafts(3)
    page = asked(editor_client, "publish", *drafts)
    (of_all,) = re.findall(r'data-confirm-all value="([^"]*)"', page.content.decode())
    assert of_all == ",".join(boxes_of(page).values())
    where, fields = page.redirect_chain[-1][0], fields_of(page.content.decode())
    editor_client.post(where, fields | {"confirm": [of_all]})
    assert Milestone.objects.published().count() == 3
    for draft in drafts:
        assert {*Revision.objects.for_record(draft).last().confirmed_warnings} == {*boxes_of(page)}


@pytest.mark.checklist
def test_what_is_not_ticked_is_refused_and_asked_again_with_what_was_typed(editor_client):
    ready, *others = bare_drafts(3)
    ready.date = "2020"
    ready.save()
    record_revision(ready, by=make.make_user())
    page = asked(editor_client, "publish", ready, *others)
    where, fields = page.redirect_chain[-1][0], fields_of(page.content.decode())
    boxes = [value for name, value in boxes_of(page).items() if name != "date"]
    again = editor_client.post(where, fields | {"confirm": boxes, "note": "写过的话"})
    assert [one.pk for one in Milestone.objects.published()] == [ready.pk]
    text = again.content.decode()
    assert "写过的话" in text
    asks = fields_of(text)
    assert {*asks["ids"].split(",")} == {str(one.pk) for one in others}
    (left,) = re.findall(r'value="([^"]+)"[^>]*aria-invalid', text)
    assert left == boxes_of(again)["date"]
    editor_client.post(where, asks | {"confirm": [*boxes, left]})
    assert Milestone.objects.published().count() == 3


@pytest.mark.checklist
def test_a_warning_that_is_not_the_one_that_was_listed_is_asked_for_again(editor_client):
    same, changed = bare_drafts(2)
    source = make.make_source(title="网页", url="https://example.org/1")
    make.make_citation(changed, source=source, locator="¶2")
    page = asked(editor_client, "publish", same, changed)
    where, fields = page.redirect_chain[-1][0], fields_of(page.content.decode())
    source.title = "后来改的"
    source.save()
    again = editor_client.post(where, fields | {"confirm": [*boxes_of(page).values()]})
    assert [one.pk for one in Milestone.objects.published()] == [same.pk]
    assert "后来改的" in again.content.decode()


@pytest.mark.checklist
def test_what_was_confirmed_before_says_by_whom_and_is_not_without_warnings(editor_client):
    warned, former, other = bare_drafts(3)
    page = asked(editor_client, "publish", former, other)
    where, fields = page.redirect_chain[-1][0], fields_of(page.content.decode())
    editor_client.post(where, fields | {"confirm": [*boxes_of(page).values()]})
    former.refresh_from_db()
    by = Revision.objects.for_record(former).last().created_by
    former.withdraw(by=by, comment="再核")
    page = asked(editor_client, "publish", warned, former)
    text = page.content.decode()
    assert page.context["form"].unwarned == 0
    confirmed = text[text.index('id="confirmed-title"') :]
    assert former.title in confirmed
    assert warned.title not in confirmed
    assert by.username in confirmed


@pytest.mark.checklist
def test_the_page_of_many_takes_no_more_queries_than_that_of_two(editor_client):
    drafts = bare_drafts(30)
    where = reverse("admin:timeline_milestone_verb", args=["publish"])

    def queries(some):
        with CaptureQueriesContext(connection) as captured:
            assert editor_client.get(where, {"ids": ",".join(str(one.pk) for one in some)}).status_code == 200
        return len(captured)

    queries(drafts[:2])
    assert queries(drafts) <= queries(drafts[:2])


# What cannot be published with the others


def cited(**columns):
    draft = make.make_policy(**columns)
    make.make_citation(draft)
    return draft


def chosen_policies(client, *policies):
    """The page of the publication of several policies, chosen in their list."""
    data = {"action": "publish", "_selected_action": [policy.pk for policy in policies]}
    return client.post(reverse("admin:timeline_policy_changelist"), data, follow=True)


def number_in(text):
    return int(re.search(r"[0-9]+", text)[0])


def test_what_stands_against_each_text_is_said_before_anything_is_pressed(editor_client):
    ready = cited(title="齐备的")
    bare = make.make_policy(title="没有来源的")
    naming = cited(title="引用草稿的")
    make.make_relation(naming, "based_on", make.make_policy(title="没选的草稿"))
    twin = cited(title="文号重的", document_number="甬政发〔2016〕9号")
    make.make_policy(title="公开的", document_number="甬政发〔2016〕9号", published=True)
    page = chosen_policies(editor_client, ready, bare, naming, twin)
    reasons = left_out(page)
    assert {url: [address for address, _message in found] for url, found in reasons.items()} == {
        form_url(bare): [section(bare, "citations")],
        form_url(naming): [section(naming, "relations")],
        form_url(twin): [f"{form_url(twin)}#id_document_number"],
    }
    assert "没选的草稿" in reasons[form_url(naming)][0][1]
    assert fields_of(page.content.decode())["ids"] == str(ready.pk)
    assert number_in(button_of(page)) == 1


@pytest.mark.checklist
def test_what_is_left_out_counts_among_no_warnings(editor_client):
    ready, *bare = bare_drafts(3)
    for draft in bare:
        draft.citations.all().delete()
    page = asked(editor_client, "publish", ready, *bare)
    assert [one["count"] for one in page.context["form"].warnings] == [1] * len(boxes_of(page))
    assert {one["record"] for warning in page.context["form"].warnings for one in warning["named"]} == {ready}


def test_without_a_record_that_can_be_published_there_is_no_button(editor_client):
    bare = [make.make_milestone(title=f"没有来源{number}") for number in range(2)]
    page = asked(editor_client, "publish", *bare)
    assert {*left_out(page)} == {form_url(one) for one in bare}
    assert button_of(page) is None
    assert f'href="{LISTED}?"' in page.content.decode() or f'href="{LISTED}"' in page.content.decode()


def test_the_messages_count_what_was_published_and_name_what_was_left_out(editor_client):
    ready = [cited(title=f"齐备{number}") for number in range(3)]
    bare = [make.make_policy(title=f"没有来源{number}") for number in range(2)]
    page = chosen_policies(editor_client, *ready, *bare)
    answer = editor_client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()), follow=True)
    done, left, *reasons = words_of(answer)
    assert (number_in(done), number_in(left)) == (3, 2)
    # The page had said so, and nobody asked for them.
    assert "没有执行" not in answer.content.decode()
    assert sorted(reason[:5] for reason in reasons) == ["没有来源0", "没有来源1"]
    assert all(section(draft, "citations") in "".join(reasons) for draft in bare)
    assert Policy.objects.published().count() == 3


def test_what_is_mended_after_the_page_was_shown_is_named_and_not_published_unseen(editor_client):
    ready, bare = cited(title="齐备的"), make.make_policy(title="后来有来源的")
    page = chosen_policies(editor_client, ready, bare)
    make.make_citation(bare)
    answer = editor_client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()), follow=True)
    assert [one.title for one in Policy.objects.published()] == ["齐备的"]
    assert form_url(bare) in words_of(answer)[-1]


def test_what_loses_its_source_after_the_page_was_shown_is_refused_with_its_reason(editor_client):
    drafts = [cited(title="甲的政策"), cited(title="乙的政策")]
    page = chosen_policies(editor_client, *drafts)
    drafts[1].citations.all().delete()
    answer = editor_client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()), follow=True)
    done, not_done, reason = words_of(answer)
    assert (number_in(done), number_in(not_done)) == (1, 1)
    assert section(drafts[1], "citations") in reason


def test_what_is_deleted_after_the_page_was_shown_is_counted(editor_client):
    drafts = [cited(title="甲的政策"), cited(title="乙的政策")]
    page = chosen_policies(editor_client, *drafts)
    drafts[1].delete()
    answer = editor_client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()), follow=True)
    assert [number_in(message) for message in words_of(answer)] == [1, 1]


def test_what_is_left_out_stays_on_the_page_that_asks_again(editor_client):
    published, waiting = make.make_milestone(title="公开的", published=True), make.make_milestone()
    waiting.submit(by=make.make_user())
    where = f"{address('verb', 'send_back')}?ids={published.pk},{waiting.pk}"
    page = editor_client.get(where)
    again = editor_client.post(where, fields_of(page.content.decode()) | {"reason": ""})
    assert [*left_out(again)] == [*left_out(page)] == [form_url(published)]
    assert fields_of(again.content.decode())["left_out"] == str(published.pk)


@pytest.mark.parametrize("years", [("2011", "2012"), ("2012", "2011")])
def test_a_record_that_names_another_is_published_after_it_whatever_the_order_of_the_list(
    editor_client, years
):
    named, naming = (cited(title=f"{year}年的", date=year) for year in years)
    make.make_relation(naming, "based_on", named)
    page = chosen_policies(editor_client, named, naming)
    assert left_out(page) == {}
    editor_client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()))
    assert Policy.objects.published().count() == 2


def test_of_two_drafts_with_one_document_number_only_the_first_is_published(editor_client):
    first, second = (cited(title=title, document_number="甬政发〔2016〕9号") for title in ("甲", "乙"))
    page = chosen_policies(editor_client, first, second)
    assert [*left_out(page)] == [form_url(second)]


@pytest.mark.checklist
def test_the_page_of_fifty_takes_no_more_queries_than_that_of_five_whatever_is_refused(editor_client):
    drafts = []
    for number in range(25):
        drafts += [cited(title=f"齐备{number}"), make.make_policy(title=f"没有来源{number}")]
        make.make_relation(drafts[-2], "based_on", drafts[0] if number else make.make_policy(title="草稿"))
    where = reverse("admin:timeline_policy_verb", args=["publish"])

    def queries(some):
        with CaptureQueriesContext(connection) as captured:
            assert editor_client.get(where, {"ids": ",".join(str(one.pk) for one in some)}).status_code == 200
        return len(captured)

    queries(drafts[:5])
    assert queries(drafts) <= queries(drafts[:5])


def test_each_is_shown_at_its_stage_with_the_reason_for_that(editor_client):
    returned, drafted, withdrawn, lingering = bare_drafts(4)
    returned.submit(by=make.make_user())
    returned.send_back(by=make.make_user(), comment="请补日期")
    for one in (withdrawn, lingering):
        one.publish(by=make.make_user())
    withdrawn.withdraw(by=make.make_user(), comment="来源有误")
    page = asked(editor_client, "publish", returned, drafted, withdrawn, lingering)
    text = page.content.decode()
    (chosen,) = re.findall(r'<ul class="chosen">.*?</ul>', text, re.S)
    stages = re.findall(r'<li>.*?class="stage stage-(\w+)".*?</li>', chosen, re.S)
    assert sorted(stages) == ["draft", "returned", "withdrawn"]
    assert sorted(re.findall(r'class="reason">(.*?)<', chosen)) == sorted(["请补日期", "来源有误"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reschedule", [STAGES["scheduled"]]),
        ("publish_now", [STAGES["scheduled"]]),
        ("withdraw", [STAGES["published"], STAGES["scheduled"]]),
        ("send_back", [STAGES["review"]]),
    ],
)
def test_a_refusal_names_the_stages_from_which_it_would_be_done(editor_client, name, expected):
    page = asked(editor_client, name, *bare_drafts(2))
    (reason,) = {words for found in left_out(page).values() for _url, words in found}
    allowed = " / ".join(str(stage.label) for stage in expected)
    refusal = _("This is “%(status)s”; only “%(allowed)s” can be so changed.")
    assert html.unescape(reason) == refusal % {"status": STAGES["draft"].label, "allowed": allowed}


def test_only_where_readers_have_seen_it_are_they_told_why_it_ends(editor_client):
    ahead, other, public = bare_drafts(3)
    for one in (ahead, other):
        one.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    public.publish(by=make.make_user())
    helps = [
        asked(editor_client, "withdraw", *records).context["form"].fields["reason"].help_text
        for records in ((ahead, other), (ahead, public), (public,))
    ]
    assert helps == [
        _("It is only scheduled: colleagues see this reason, readers do not."),
        _("Readers see this reason, but not of what is only scheduled."),
        _("Readers see this reason."),
    ]


@pytest.mark.checklist
def test_the_page_says_how_many_are_published_whatever_is_ticked(editor_client, settings):
    settings.SKIPPED_CHECKS = [name for name in CHECKS if name != "date"]
    ready, *others = bare_drafts(3)
    ready.date = "2020"
    ready.save()
    assert asked(editor_client, "publish", ready, *others).context["form"].unwarned == 1
    page = asked(editor_client, "publish", *others)
    assert page.context["form"].unwarned == 0


def test_what_is_scheduled_is_left_out_of_a_publication_with_its_time_and_the_verb_for_it(editor_client):
    scheduled, ready = cited(title="定时的"), cited(title="齐备的")
    scheduled.publish(by=make.make_user(), public_from=timezone.now() + timedelta(days=1))
    page = chosen_policies(editor_client, scheduled, ready)
    ((_url, reason),) = left_out(page)[form_url(scheduled)]
    assert str(TRANSITIONS["publish_now"].label) in reason
    assert format_datetime(scheduled.public_from) in reason
