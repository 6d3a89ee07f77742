"""Revision pages: history, comparison, and values that are taken from revisions."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext as _

from tests import factories as make
from tests.copies import make_revised, schedule
from tests.forms import address, fields_of, opened, save
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy
from timeline.i18n.display import format_datetime
from timeline.models import Action, Milestone, Revision

pytestmark = pytest.mark.django_db


def test_the_history_shows_who_when_and_why_and_compares_by_characters(editor_client):
    entry = make.make_milestone(title="宁波市智慧城市")
    record_revision(entry, by=make.make_user(username="甲编辑"), comment="起草")
    save(editor_client, entry, opened(editor_client, entry), title="宁波智慧城市建设", why="改题名")
    page = editor_client.get(address("history", entry.pk)).content.decode()
    for words in ("甲编辑", "起草", "改题名"):
        assert words in page
    compared = editor_client.get(address("compare", entry.pk, 1, 2)).content.decode()
    assert "<del>市</del>" in compared
    assert "<ins>建设</ins>" in compared


def test_people_have_their_real_names_wherever_the_admin_shows_them(editor_client):
    editor = make.make_user(username="wang1984", last_name="王", first_name="小明")
    entry = make.make_milestone()
    make.make_citation(entry)
    record_revision(entry, by=editor)
    entry.submit(by=editor)
    pages = [address("history", entry.pk), address("change", entry.pk), address("changelist")]
    entry.send_back(by=editor, comment="缺来源")
    for page in (*pages, "/admin/"):
        text = editor_client.get(page).content.decode()
        assert "王小明" in text, page
        assert "wang1984" not in text, page


def test_any_two_revisions_are_compared_the_older_first(editor_client):
    entry = make.make_milestone(title="第一题")
    record_revision(entry, by=make.make_user())
    for title in ("第二题", "第三题"):
        save(editor_client, entry, opened(editor_client, entry), title=title)
    page = editor_client.get(address("history", entry.pk)).content.decode()
    assert re.findall(r'name="(old|new)" value="(\d)"[^>]* checked', page) == [("new", "3"), ("old", "2")]
    for chosen in ({"old": "1", "new": "3"}, {"old": "3", "new": "1"}):
        answer = editor_client.get(address("history", entry.pk), chosen, follow=True)
        assert answer.redirect_chain[0][0] == address("compare", entry.pk, 1, 3)
        assert "<del>一</del>" in answer.content.decode()
        assert "<ins>三</ins>" in answer.content.decode()
    for chosen in ({"old": "2", "new": "2"}, {"old": "2"}, {"old": "x", "new": "2"}):
        assert editor_client.get(address("history", entry.pk), chosen).status_code == 200
    gone = editor_client.get(address("history", entry.pk), {"old": "2", "new": "99999"}, follow=True)
    assert gone.status_code == 404


def test_nobody_compares_revisions_who_may_not_see_the_entry(client):
    entry = make.make_milestone()
    chosen = {"old": "1", "new": "2"}
    client.force_login(make.make_user(is_staff=True))
    assert client.get(address("history", entry.pk), chosen).status_code == 403


def test_revisions_of_one_minute_are_told_apart_by_number_and_second(editor_client):
    entry = make.make_milestone(title="一")
    record_revision(entry, by=make.make_user())
    save(editor_client, entry, opened(editor_client, entry), title="二")
    page = editor_client.get(address("history", entry.pk)).content.decode()
    for revision in Revision.objects.for_record(entry):
        assert f"{timezone.localtime(revision.created_at):%Y-%m-%d %H:%M:%S}" in page
        assert f'<th scope="row">{revision.number}</th>' in page


def make_history(titles, **kw):
    """An entry that had these titles, one after another."""
    entry, user = make.make_milestone(title=titles[0], **kw), make.make_user(username="甲编辑")
    record_revision(entry, by=user)
    for title in titles[1:]:
        Milestone.objects.filter(pk=entry.pk).update(title=title)
        record_revision(entry, by=user)
    return entry


def test_the_history_says_which_fields_each_revision_changed_and_who_by_the_real_name(editor_client):
    entry = make.make_milestone(title="一")
    user = make.make_user(username="wang", last_name="王", first_name="小明")
    record_revision(entry, by=user)
    make.make_citation(entry)
    Milestone.objects.filter(pk=entry.pk).update(title="二")
    record_revision(entry, by=user)
    page = editor_client.get(address("history", entry.pk)).content.decode()
    (cell,) = re.findall(r"<td>(题名、引用.*?)</td>", page)
    assert "1" in cell
    assert page.count("<td>王小明</td>") == 2


def test_a_working_copy_is_compared_with_the_revision_before_and_its_publication_with_the_public_text(
    editor_client,
):
    entry = make.make_milestone(title="一", published=True)
    save(editor_client, entry, opened(editor_client, entry), title="二")
    save(editor_client, entry, opened(editor_client, entry), title="三", summary="摘要")
    perform_copy_transition(entry, "publish", by=make.make_user())
    page = editor_client.get(address("history", entry.pk)).content.decode()
    compared = re.findall(r"/revisions/(\d+)/(\d+)/", page)
    assert compared == [("1", "4"), ("2", "3"), ("1", "2")]
    assert re.findall(r"<td>(题名.*?)</td>", page) == ["题名、摘要", "题名、摘要", "题名"]


def test_what_was_chosen_to_be_compared_stays_chosen_on_every_page(editor_client):
    entry = make_history([f"第{number}题" for number in range(1, 121)])
    first = editor_client.get(address("history", entry.pk)).content.decode()
    assert '<button type="submit" class="link" name="page" value="2" formnovalidate>' in first
    chosen = {"old": "60", "new": "118", "page": "2"}
    page = editor_client.get(address("history", entry.pk), chosen).content.decode()
    assert re.findall(r'name="(old|new)" value="(\d+)"[^>]* checked', page) == [("new", "118"), ("old", "60")]
    # One is of this page, the other is listed before it.
    assert re.findall(r'<tr class="chosen-elsewhere">.*?value="(\d+)"', page, re.S) == ["118"]
    del chosen["page"]
    answer = editor_client.get(address("history", entry.pk), chosen)
    assert answer["Location"] == address("compare", entry.pk, 60, 118)


def test_the_number_of_queries_of_a_history_does_not_grow(editor_client, django_assert_max_num_queries):
    topic = make.make_topic()
    entry = make_history(["一", "二"], topics=[topic])
    with CaptureQueriesContext(connection) as few:
        editor_client.get(address("history", entry.pk))
    for number in range(45):
        Milestone.objects.filter(pk=entry.pk).update(title=f"第{number}题")
        record_revision(entry, by=make.make_user())
    with django_assert_max_num_queries(len(few)):
        editor_client.get(address("history", entry.pk))


# Values taken from revisions


def test_a_value_of_a_revision_is_opened_in_the_form_and_nothing_is_saved(editor_client):
    entry = make_history(["昔", "今"])
    page = editor_client.get(address("compare", entry.pk, 1, 2)).content.decode()
    # What the entry has now is not offered.
    assert re.findall(r'name="take" value="(.*?)"', page) == ["1.title"]
    form_url = f"{address('change', entry.pk)}?take=1.title"
    form = editor_client.get(form_url).content.decode()
    fields = fields_of(form)
    assert (fields["title"], fields["why"]) == ("昔", re.search(r'name="why" value="(.*?)"', form)[1])
    assert "题名" in fields["why"]
    entry.refresh_from_db()
    assert (entry.title, Revision.objects.for_record(entry).count()) == ("今", 2)
    assert editor_client.post(form_url, fields).status_code == 302
    entry.refresh_from_db()
    assert entry.title == "昔"
    assert Revision.objects.for_record(entry).last().comment == fields["why"]


def test_a_value_taken_for_a_public_entry_becomes_its_working_copy(editor_client):
    entry = make_history(["昔", "今"])
    make.make_citation(entry)
    entry.publish(by=make.make_user())
    form_url = f"{address('change', entry.pk)}?take=1.title"
    editor_client.post(form_url, fields_of(editor_client.get(form_url).content.decode()))
    entry.refresh_from_db()
    assert (entry.title, find_working_copy(entry).content["title"]) == ("今", "昔")
    # Values are taken into a working copy as well.
    again = f"{address('change', entry.pk)}?take=2.title"
    editor_client.post(again, fields_of(editor_client.get(again).content.decode()))
    assert find_working_copy(entry).content["title"] == "今"


def test_one_citation_of_a_revision_is_taken_into_the_form(editor_client):
    entry, source = make.make_milestone(), make.make_source(title="旧报")
    make.make_citation(entry, source=source, locator="¶1")
    record_revision(entry, by=make.make_user())
    entry.citations.all().delete()
    make.make_citation(entry, source=make.make_source(title="新报"), locator="¶2")
    record_revision(entry, by=make.make_user())
    page = editor_client.get(address("compare", entry.pk, 1, 2)).content.decode()
    one, whole_list = re.findall(r'name="take" value="(1\.citations.*?)"', page)
    assert whole_list == "1.citations"
    for choice, locators in ((one, ["¶1", "¶2"]), (whole_list, ["¶1"])):
        fields = fields_of(editor_client.get(f"{address('change', entry.pk)}?take={choice}").content.decode())
        found = [fields[name] for name in fields if re.fullmatch(r"citations-\d-locator", name)]
        assert sorted(found) == locators
    editor_client.post(f"{address('change', entry.pk)}?take={choice}", fields)
    assert [citation.locator for citation in entry.citations.all()] == ["¶1"]


def test_what_somebody_saves_after_a_value_was_taken_is_a_conflict(editor_client):
    entry = make_history(["昔", "今"])
    form_url = f"{address('change', entry.pk)}?take=1.title"
    fields = fields_of(editor_client.get(form_url).content.decode())
    save(editor_client, entry, opened(editor_client, entry), title="他人的")
    assert editor_client.post(form_url, fields).status_code == 409
    entry.refresh_from_db()
    assert entry.title == "他人的"


def test_a_draft_of_a_form_with_a_taken_value_is_reopened_with_it(editor_client):
    entry = make_history(["昔", "今"])
    form_url = f"{address('change', entry.pk)}?take=1.title"
    fields = fields_of(editor_client.get(form_url).content.decode())
    hidden = {name: fields[name] for name in ("_base", "_filled", "_token")}
    again = editor_client.post(address("change", entry.pk), hidden | {"_reopen": "1"}).content.decode()
    assert fields_of(again)["title"] == "昔"
    assert fields_of(again)["_base"]
    without = editor_client.post(address("change", entry.pk), hidden | {"_reopen": "1", "_filled": ""})
    assert fields_of(without.content.decode())["title"] == "今"


def test_two_values_for_one_field_are_refused(editor_client):
    entry = make_history(["一", "二", "三"])
    answer = editor_client.get(f"{address('change', entry.pk)}?take=1.title&take=2.title")
    assert answer["Location"] == address("compare", entry.pk, 1, 2)


@pytest.mark.parametrize("take", ["9", "x", "1.title.x", "0", "1" * 40])
def test_what_no_revision_has_is_not_found(editor_client, take):
    entry = make_history(["一", "二"])
    assert editor_client.get(f"{address('change', entry.pk)}?take={take}").status_code == 404


def test_who_may_not_change_an_entry_takes_no_value(client):
    entry = make_history(["昔", "今"])
    user = make.make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_milestone"))
    client.force_login(user)
    assert 'name="take"' not in client.get(address("compare", entry.pk, 1, 2)).content.decode()
    assert client.get(f"{address('change', entry.pk)}?take=1.title").status_code == 403


def test_a_long_comparison_is_bounded_and_shows_one_field_whole(editor_client):
    old = [f"第{number}句，原来的文字。" for number in range(20_000)]
    entry = make.make_milestone(body="".join(old))
    record_revision(entry, by=make.make_user())
    Milestone.objects.filter(pk=entry.pk).update(body="新" * 100_000)
    record_revision(entry, by=make.make_user())
    page = editor_client.get(address("compare", entry.pk, 1, 2))
    assert len(page.content) < 60_000
    assert "?whole=body#difference-body" in page.content.decode()
    whole = editor_client.get(address("compare", entry.pk, 1, 2), {"whole": "body"}).content.decode()
    assert "新" * 100_000 in whole


def test_each_link_of_the_history_says_which_revision_it_is_of(editor_client):
    entry = make.make_milestone(title="一")
    for title in ("一", "二", "三"):
        entry.title = title
        entry.save()
        record_revision(entry, by=make.make_user())
    page = editor_client.get(address("history", entry.pk)).content.decode()
    names = re.findall(r'<a href="[^"]*(?:restore|revisions)[^"]*"\s+aria-label="([^"]+)"', page)
    assert len(names) == len(set(names)) == 4


def test_what_was_only_scheduled_is_told_with_its_times_and_as_called_off(editor_client):
    entry, user = make.make_milestone(), make.make_user()
    make.make_citation(entry)
    first, second = (timezone.now() + timedelta(days=days) for days in (1, 2))
    entry.publish(by=user, public_from=first)
    entry.reschedule(by=user, public_from=second)
    entry.withdraw(by=user, comment="先缓一缓")
    page = editor_client.get(address("history", entry.pk)).content.decode()
    done = re.findall(r"<td>([^<]*)</td>\s*<td></td>\s*<td>", page)
    assert done == [
        str(Action.UNSCHEDULED.label),
        f"{Action.RESCHEDULED.label}（{format_datetime(second)}）",
        f"{_('scheduled its publication')}（{format_datetime(first)}）",
    ]
    front = editor_client.get("/admin/").content.decode()
    assert f"· {Action.UNSCHEDULED.label} ·" in front
    assert f"· {Action.WITHDRAWN.label} ·" not in front


def test_what_was_public_is_told_as_published_and_withdrawn(editor_client):
    entry, user = make.make_milestone(), make.make_user()
    make.make_citation(entry)
    entry.publish(by=user)
    entry.withdraw(by=user, comment="有误")
    page = editor_client.get(address("history", entry.pk)).content.decode()
    done = re.findall(r"<td>([^<]*)</td>\s*<td></td>\s*<td>", page)
    assert done == [str(Action.WITHDRAWN.label), str(Action.PUBLISHED.label)]


def test_a_scheduled_working_copy_is_named_once(editor_client):
    user = make.make_user()
    entry = make_revised(user)
    schedule(entry, user)
    page = editor_client.get(address("history", entry.pk)).content.decode()
    (row,) = re.findall(rf"<td>{Action.SCHEDULED.label}.*?</td>", page)
    assert "basis" not in row


def test_nothing_is_offered_to_be_restored_while_a_working_copy_would_refuse_it(editor_client):
    entry = make_revised(make.make_user())
    page = editor_client.get(address("history", entry.pk)).content.decode()
    assert address("restore", entry.pk, 1) not in page
    assert _("There is a working copy: publish or discard it first.") in page
    find_working_copy(entry).delete()
    page = editor_client.get(address("history", entry.pk)).content.decode()
    assert _("There is a working copy: publish or discard it first.") not in page
