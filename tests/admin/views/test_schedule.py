"""The schedule: what becomes public, by month as a calendar and a list, with forms to move each and to call it off."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY, let_its_time_come, make_member, make_revised, schedule
from tests.editing.entries import whole
from tests.factories import make_milestone, make_policy, update_unchecked
from tests.forms import address
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.admin.views.schedule import PAGE_SIZE
from timeline.editing.revisions import record_revision
from timeline.models import Entry, Milestone, Topic

pytestmark = pytest.mark.django_db
URL = reverse("admin:timeline_entry_schedule")
NOON = timezone.make_aware(datetime.datetime(2099, 3, 4, 12))


@pytest.fixture
def reviewer(client):
    user = make_member(REVIEWERS)
    client.force_login(user)
    return user


def scheduled(maker, at, by=None, **kw):
    record = maker(**kw)
    make.make_citation(record)
    record.publish(by=by or make.make_user(), public_from=at)
    return record


def scheduled_topic(by, at, **kw):
    topic = make.make_topic(published=False, **kw)
    record_revision(topic, by=make.make_user())
    topic.publish(by=by, public_from=at)
    return topic


def shown(answer):
    return [(item.scheduled.key, item.scheduled.is_copy) for item in answer.context["items"]]


def send(client, item, name, url=URL, **typed):
    """Send the form of a listed item, as the page has it."""
    fields = {
        "table": item.scheduled.key[0],
        "key": item.scheduled.key[1],
        "number": item.number,
        "transition": name,
    } | ({"is_copy": "yes"} if item.scheduled.is_copy else {})
    return client.post(url, fields | typed, follow=True)


def test_records_of_all_tables_and_their_changes_are_listed_by_day_with_who_let_them_through(
    client, reviewer
):
    later = scheduled(make_policy, NOON + 2 * DAY, by=reviewer, title="后公布的政策")
    topic = scheduled_topic(reviewer, NOON + DAY, title="光网")
    revised = make_revised(reviewer)
    schedule(revised, reviewer, NOON)
    make_milestone(title="已公开的", published=True)
    answer = client.get(URL)
    assert shown(answer) == [
        (("entry", revised.pk), True),
        (("topic", topic.pk), False),
        (("entry", later.pk), False),
    ]
    page = answer.content.decode()
    assert page.count('<section class="schedule-day">') == 3
    assert address("working_copy", revised.pk) in page
    assert reverse("admin:timeline_topic_change", args=[topic.pk]) in page
    assert "已公开的" not in page
    assert {item.by for item in answer.context["items"]} == {reviewer.username}


def test_without_a_month_it_is_that_of_what_comes_next_and_else_the_present_one(client, reviewer):
    assert client.get(URL).context["month"].first == timezone.localdate().replace(day=1)
    scheduled(make_policy, NOON)
    answer = client.get(URL)
    assert str(answer.context["month"]) == "2099-03"
    assert "<h2>2099年3月</h2>" in answer.content.decode()
    assert client.get(URL, {"month": "2099-04"}).context["items"] == []
    assert len(client.get(URL, {"month": "all"}).context["items"]) == 1


def test_a_day_of_the_calendar_has_its_titles_and_leads_to_its_list(client, reviewer):
    for number in range(4):
        scheduled_topic(reviewer, NOON + datetime.timedelta(minutes=number), title=f"题{number}")
    scheduled_topic(reviewer, NOON + DAY, title="次日的题")
    page = client.get(URL).content.decode()
    cell = page.partition('<table class="calendar">')[2].partition("</table>")[0]
    assert client.get(URL).context["weeks"][1][2].scheduled.count == 4
    assert "题2" in cell
    assert re.findall(r'<li class="others">(.*?)</li>', cell) == ["另有1项"]
    assert "题3" not in cell
    assert "month=2099-03&amp;day=4" in cell
    answer = client.get(URL, {"month": "2099-03", "day": "4"})
    assert [item.title for item in answer.context["items"]] == ["题0", "题1", "题2", "题3"]


def test_the_time_of_a_record_is_moved_from_the_list(client, reviewer):
    entry = scheduled(make_policy, NOON)
    topic = scheduled_topic(reviewer, NOON)
    listed = f"{URL}?month=all"
    for item in client.get(listed).context["items"]:
        answer = send(client, item, "reschedule", url=listed, public_from="2099-05-06T09:30")
        assert answer.redirect_chain == [(f"{listed}#{item.id}", 302)]
        assert f'<li id="{item.id}" tabindex="-1">' in answer.content.decode()
        assert b'class="success"' in answer.content
    wanted = timezone.make_aware(datetime.datetime(2099, 5, 6, 9, 30))
    assert Entry.objects.get(pk=entry.pk).published_at == wanted
    assert Topic.objects.get(pk=topic.pk).published_at == wanted


def test_what_is_moved_or_called_off_along_with_an_entry_is_named(client, reviewer):
    entry = make_policy()
    make.make_citation(entry, source=make.make_source(title="新的来源", published=False))
    entry.publish(by=make.make_user(), public_from=NOON)
    for name, typed in (
        ("reschedule", {"public_from": "2099-05-06T09:30"}),
        ("withdraw", {"comment": "暂缓"}),
    ):
        (item,) = [one for one in client.get(URL).context["items"] if one.scheduled.key[0] != "source"]
        told = [str(message) for message in send(client, item, name, **typed).context["messages"]]
        assert len(told) == 2
        assert "新的来源" not in told[0]
        assert "新的来源" in told[1]


def test_the_buttons_of_an_item_say_of_which(client, reviewer):
    scheduled(make_policy, NOON)
    for item in (page := client.get(URL)).context["items"]:
        assert page.content.decode().count(f'aria-describedby="{item.id}-title"') == 2 * len(item.forms)
        assert f'id="{item.id}-title">{item.title}</a>' in page.content.decode()


def test_the_time_of_a_change_is_moved_and_called_off_from_the_list(client, reviewer):
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    (item,) = client.get(URL).context["items"]
    send(client, item, "reschedule", public_from="2099-05-06T09:30")
    (item,) = client.get(URL).context["items"]
    assert timezone.localtime(item.scheduled.at).hour == 9
    send(client, item, "withdraw", comment="改期")
    assert client.get(URL).context["items"] == []
    assert revised.revisions.working_copies().get().status == "draft"


def test_what_is_called_off_is_a_draft_again_and_asks_for_a_reason(client, reviewer):
    topic = scheduled_topic(reviewer, NOON)
    (item,) = client.get(URL).context["items"]
    refused = send(client, item, "withdraw", comment="").content.decode()
    assert '<details class="act" open>' in refused
    assert "请写明原因" in refused
    assert Topic.objects.get().status == "published"
    send(client, item, "withdraw", comment="改期")
    assert Topic.objects.get().status == "draft"
    assert topic.revisions.applied().last().comment == "改期"


def test_a_time_is_asked_for_and_lies_ahead(client, reviewer):
    scheduled_topic(reviewer, NOON)
    (item,) = client.get(URL).context["items"]
    for text in ("", "2001-01-01T09:00", "morgen"):
        page = send(client, item, "reschedule", public_from=text).content.decode()
        # The form of this item is open, with what was typed.
        (refused,) = re.findall(r'<details class="act" open>.*?</details>', page, re.S)
        assert 'aria-invalid="true"' in refused
        assert f'value="{text}"' in refused or not text
        assert "留空" not in refused
        assert re.search(r"<title>有错误：", page)
    assert Topic.objects.get().published_at == NOON


def test_what_is_public_by_now_is_neither_moved_nor_withdrawn(client, reviewer):
    topic = scheduled_topic(reviewer, NOON)
    (item,) = client.get(URL).context["items"]
    update_unchecked(Topic.objects.filter(pk=topic.pk), published_at=timezone.now())
    for name, typed in (
        ("reschedule", {"public_from": "2099-05-06T09:30"}),
        ("withdraw", {"comment": "改期"}),
    ):
        answer = send(client, item, name, **typed)
        assert b'class="error"' in answer.content
    assert Topic.objects.published().get() == topic


def test_what_was_changed_since_the_list_was_read_is_refused(client, reviewer):
    topic = scheduled_topic(reviewer, NOON)
    (item,) = client.get(URL).context["items"]
    topic.reschedule(by=reviewer, public_from=NOON + DAY)
    assert b'class="error"' in send(client, item, "reschedule", public_from="2099-05-06T09:30").content
    assert Topic.objects.get().published_at == NOON + DAY


def test_a_change_beside_which_the_record_was_changed_leads_to_its_own_page(client, reviewer):
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    (item,) = client.get(URL).context["items"]
    row = whole(revised) | {"summary": "另改"}
    Milestone.objects.filter(pk=revised.pk).update(summary=row["summary"])
    record_revision(revised, by=reviewer)
    answer = send(client, item, "reschedule", public_from="2099-05-06T09:30")
    assert answer.redirect_chain == [(address("working_copy", revised.pk), 302)]


def test_editors_read_the_schedule_and_move_nothing(client, reviewer):
    topic = scheduled_topic(reviewer, NOON, title="光网")
    schedule(make_revised(reviewer), reviewer, NOON)
    (item, _other) = client.get(URL).context["items"][::-1]
    client.force_login(make_member(EDITORS))
    page = client.get(URL)
    assert page.status_code == 200
    assert "reschedule" not in page.content.decode()
    assert "改题" in page.content.decode()
    for name in ("reschedule", "withdraw"):
        answer = client.post(
            URL, {"transition": name, "table": "topic", "key": topic.pk, "number": item.number}
        )
        assert answer.status_code == 403
    assert Topic.objects.get(pk=topic.pk).published_at == NOON


def test_a_form_that_names_nothing_changes_nothing(client, reviewer):
    for fields in (
        {},
        {"transition": "publish"},
        {"transition": "withdraw", "table": "user", "key": reviewer.pk},
    ):
        assert client.post(URL, fields, follow=True).status_code == 200


def test_a_change_whose_time_has_come_is_listed_until_somebody_publishes_it(client, reviewer):
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    let_its_time_come(revised)
    assert len(client.get(URL).context["items"]) == 1
    client.get("/")
    assert client.get(URL).context["items"] == []


def test_a_change_that_missed_its_time_is_listed_first_with_the_reason(client, reviewer):
    revised = make_revised(reviewer)
    schedule(revised, reviewer)
    Milestone.objects.filter(pk=revised.pk).update(summary="另改")
    record_revision(revised, by=reviewer)
    let_its_time_come(revised)
    client.get("/")
    answer = client.get(URL)
    ((revision, url),) = answer.context["missed"]
    assert (revision.action, url) == ("not_applied", address("working_copy", revised.pk))
    assert revision.comment in answer.content.decode()


def test_the_schedule_comes_in_pages_of_fixed_queries(client, reviewer, django_assert_max_num_queries):
    for number in range(PAGE_SIZE + 1):
        maker = make.make_topic if number % 2 else make.make_area
        maker(published=False).publish(by=reviewer, public_from=NOON + datetime.timedelta(minutes=number))
    with django_assert_max_num_queries(40):
        answer = client.get(URL)
    assert len(answer.context["items"]) == PAGE_SIZE
    assert len(answer.content) < 150_000
    assert len(client.get(URL, {"page": 2}).context["items"]) == 1


def test_what_may_not_be_moved_so_far_names_what_needs_it_and_keeps_the_form(client, reviewer):
    source = make.make_source(title="新来源", published=False)
    entry = make_milestone(title="用到它的大事")
    make.make_citation(entry, source=source)
    entry.publish(by=reviewer, public_from=NOON)
    (item,) = (one for one in client.get(URL).context["items"] if one.scheduled.key[0] == "source")
    answer = send(client, item, "reschedule", public_from="2099-05-06T09:30")
    form = re.search(rf'<li id="{item.id}" .*?</form>', answer.content.decode(), re.S)[0]
    assert "用到它的大事" in form
    assert 'value="2099-05-06T09:30"' in form
    assert '<details class="act" open>' in form
