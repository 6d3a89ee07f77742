"""The editors' desk: its screens open, are in Chinese, save what was typed and publish by the verb."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.world import add_entries, make_world
from timeline.admin import publication
from timeline.models import Entry, ImportBatch, Milestone, Policy, Revision

pytestmark = pytest.mark.django_db

REGISTERED = [model for model in admin.site._registry if model._meta.app_label == "timeline"]


@pytest.fixture
def desk(client):
    client.force_login(make.make_editor())
    return client


# The walk over permissions opens the others too.
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(model, marks=() if model in make.ENTRY_MAKERS else pytest.mark.long)
        for model in REGISTERED
    ],
    ids=lambda model: model.__name__,
)
def test_every_screen_opens_with_its_records(desk, model):
    world = make_world()
    add_entries(world, "一")
    ImportBatch.objects.create(by=world.user, files=[{"name": "a.csv", "sha256": "0", "bytes": 1}])
    name = f"admin:timeline_{model._meta.model_name}"
    assert desk.get(reverse(f"{name}_changelist")).status_code == 200
    record = model._default_manager.first()
    # An entry of any kind is edited on the screen of its kind.
    assert desk.get(reverse(f"{name}_change", args=[record.pk]), follow=True).status_code == 200
    may_add = admin.site._registry[model].has_add_permission
    request = desk.get("/").wsgi_request
    assert desk.get(reverse(f"{name}_add")).status_code == (200 if may_add(request) else 403)


def test_the_list_of_policies_costs_a_fixed_number_of_queries(desk, django_assert_max_num_queries):
    for number in range(12):
        make.make_policy(date=f"20{number + 10}", phase=make.make_phase())
    with django_assert_max_num_queries(14):
        desk.get(reverse("admin:timeline_policy_changelist"))


def policy_form(**kw):
    empty = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    data = {f"citations-{name}": value for name, value in empty.items()}
    data |= {f"relations-{name}": value for name, value in empty.items()}
    return data | {"title": "关于试点的意见", "document_type": "opinions"} | kw


def test_an_editor_writes_a_policy_with_a_partial_date_and_a_citation(desk):
    source = make.make_source()
    response = desk.post(
        reverse("admin:timeline_policy_add"),
        policy_form(
            **{
                "date": "2013年1月",
                "document_number": "甬政发[2013]5号",
                "citations-TOTAL_FORMS": "1",
                "citations-0-source": source.pk,
                "citations-0-locator": "¶5",
                "citations-0-number": "1",
            }
        ),
    )
    assert response.status_code == 302, re.findall(r'class="errorlist.*?</ul>', response.content.decode())
    policy = Policy.objects.get()
    assert (str(policy.date), str(policy.document_number), policy.slug) == (
        "2013-01",
        "甬政发〔2013〕5号",
        "guan-yu-shi-dian-de-yi-jian",
    )
    assert policy.citations.get().locator == "¶5"
    assert policy.status == "draft"


def test_an_impossible_date_is_refused_at_its_field_and_what_was_typed_stays(desk):
    response = desk.post(reverse("admin:timeline_policy_add"), policy_form(date="2016-02-30"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "2016-02只有29天" in page
    assert 'value="2016-02-30"' in page
    assert not Policy.objects.exists()


def use(desk, verb, *entries, **words):
    """Use a verb on entries as an editor does: choose them in the list, fill in the page that asks, send it."""
    name = entries[0]._meta.model_name
    chosen = {"action": verb, "_selected_action": [entry.pk for entry in entries]}
    asked = desk.post(reverse(f"admin:timeline_{name}_changelist"), chosen, follow=True)
    if not asked.redirect_chain:
        return asked
    (keys,) = re.findall(r'name="ids" value="([^"]*)"', asked.content.decode())
    return desk.post(asked.redirect_chain[-1][0], {"ids": keys} | words, follow=True)


def words_of(page):
    """What the desk says on a page."""
    return re.findall(r'<li class="(?:success|error)">(.*?)</li>', page.content.decode())


@pytest.mark.parametrize("most", [20, pytest.param(500, marks=pytest.mark.long)])
def test_more_than_a_verb_takes_at_once_are_refused_with_their_number_and_nothing_is_done(
    desk, monkeypatch, most
):
    assert publication.MOST == 500
    monkeypatch.setattr(publication, "MOST", most)
    drafts = [make.make_milestone() for _number in range(most + 1)]
    listed = reverse("admin:timeline_milestone_changelist")
    page = reverse("admin:timeline_milestone_verb", args=["submit"])
    every_one = {"ids": ",".join(str(draft.pk) for draft in drafts)}
    chosen = {"action": "submit", "select_across": "1", "_selected_action": [drafts[0].pk]}
    for refused in (
        desk.post(listed, chosen, follow=True),
        desk.get(page, every_one, follow=True),
        desk.post(page, every_one, follow=True),
    ):
        (words,) = words_of(refused)
        assert re.findall(r"[0-9]+", words) == [str(most), str(most + 1)]
        assert refused.redirect_chain[-1][0] == listed
    assert not Milestone.objects.exclude(status="draft").exists()


def test_a_verb_is_used_on_more_entries_than_a_form_may_have_fields(desk, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
    drafts = [make.make_milestone() for _number in range(30)]
    chosen = {"action": "submit", "select_across": "1", "_selected_action": [drafts[0].pk]}
    asked = desk.post(reverse("admin:timeline_milestone_changelist"), chosen, follow=True)
    (keys,) = re.findall(r'name="ids" value="([^"]*)"', asked.content.decode())
    desk.post(asked.redirect_chain[-1][0], {"ids": keys}, follow=True)
    assert Milestone.objects.filter(status="review").count() == 30


def test_publishing_says_what_stands_in_the_way_and_links_to_its_field(desk):
    ready, bare = make.make_milestone(title="有来源"), make.make_milestone(title="没有来源的")
    make.make_citation(ready)
    response = use(desk, "publish", ready, bare, note="可以")
    page = response.content.decode()
    assert "发布：1个条目" in page
    assert (
        f'<a href="/admin/timeline/milestone/{bare.pk}/change/#citations-group">“没有来源的”没有引用来源'
        in page
    )
    assert [entry.title for entry in Milestone.objects.published()] == ["有来源"]
    assert Milestone.objects.get(pk=ready.pk).published_by == response.context["user"]
    assert Revision.objects.of(ready).get().why == "可以"


def test_sending_back_and_withdrawing_ask_for_a_reason(desk):
    entry = make.make_milestone()
    make.make_citation(entry)
    use(desk, "submit", entry)
    assert "这个字段是必填项" in use(desk, "send_back", entry).content.decode()
    use(desk, "send_back", entry, reason="缺英文")
    use(desk, "publish", entry)
    assert Milestone.objects.published().exists()
    use(desk, "withdraw", entry, reason="来源有误")
    assert [revision.action for revision in Revision.objects.of(entry).applied()] == [
        "submitted",
        "sent_back",
        "published",
        "withdrawn",
    ]
    assert "来源有误" in Client().get(Milestone.objects.get().get_absolute_url()).content.decode()


def test_an_entry_is_published_at_a_time_ahead_without_anybody_there(desk, client):
    entry = make.make_milestone()
    make.make_citation(entry)
    use(desk, "publish", entry, now="2099-01-01T08:00")
    assert not Milestone.objects.published().exists()
    assert Milestone.objects.appointed().exists()


def test_only_the_verbs_that_apply_are_offered(desk):
    entry = make.make_milestone(published=True)
    page = desk.get(reverse("admin:timeline_milestone_change", args=[entry.pk])).content.decode()
    buttons = re.findall(r'<button type="submit" name="_transition" value="(\w+)"', page)
    assert {*buttons} == {"withdraw"}


def test_nobody_publishes_their_own_work_where_that_is_the_rule(desk, settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    source = make.make_source()
    desk.post(
        reverse("admin:timeline_policy_add"),
        policy_form(
            **{
                "citations-TOTAL_FORMS": "1",
                "citations-0-source": source.pk,
                "citations-0-locator": "¶5",
                "citations-0-number": "1",
            }
        ),
    )
    policy = Policy.objects.get()
    assert "不能发布自己" in use(desk, "publish", policy).content.decode()
    policy.publish(by=make.make_editor())
    assert policy.is_public


def test_what_was_public_offers_no_deletion(desk):
    public, draft = make.make_milestone(published=True), make.make_milestone()
    assert desk.get(reverse("admin:timeline_milestone_delete", args=[public.pk])).status_code == 403
    desk.post(reverse("admin:timeline_milestone_delete", args=[draft.pk]), {"post": "yes"})
    assert not Entry.objects.filter(pk=draft.pk).exists()
    desk.post(
        reverse("admin:timeline_milestone_changelist"),
        {"action": "delete_selected", "_selected_action": [public.pk], "post": "yes"},
    )
    assert Entry.objects.filter(pk=public.pk).exists()


def test_the_desk_is_closed_to_the_anonymous(client):
    response = client.get(reverse("admin:timeline_policy_changelist"))
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


def test_the_desk_reads_in_chinese(desk):
    page = desk.get(reverse("admin:timeline_policy_add")).content.decode()
    for words in ("题名", "发文字号", "成文日期", "编者说明", "来源写到哪一级就填到哪一级"):
        assert words in page


def test_publishing_takes_a_right_of_its_own(client):
    editor = make.make_user(is_staff=True)
    editor.user_permissions.set(
        Permission.objects.filter(codename__in=["view_milestone", "change_milestone"])
    )
    client.force_login(editor)
    entry = make.make_milestone()
    make.make_citation(entry)
    use(client, "publish", entry)
    address = f"{reverse('admin:timeline_milestone_verb', args=['publish'])}?ids={entry.pk}"
    assert client.post(address, {"ids": [entry.pk]}).status_code == 403
    assert not Milestone.objects.published().exists()
    editor.user_permissions.add(Permission.objects.get(codename="publish_entry"))
    use(client, "publish", entry)
    assert Milestone.objects.published().exists()


def test_the_form_does_not_take_the_last_source_from_what_is_public(desk):
    policy = make.make_policy(published=True, title="关于试点的意见", document_type="opinions")
    citation = policy.citations.get()
    change = reverse("admin:timeline_policy_change", args=[policy.pk])
    opened = desk.get(change).content.decode()
    response = desk.post(
        change,
        policy_form(
            **{
                "slug": policy.slug,
                "_base": re.search(r'name="_base" value="([^"]+)"', opened)[1],
                "citations-TOTAL_FORMS": "1",
                "citations-INITIAL_FORMS": "1",
                "citations-0-id": citation.pk,
                "citations-0-entry": policy.pk,
                "citations-0-source": citation.source.pk,
                "citations-0-locator": "¶1",
                "citations-0-number": "1",
                "citations-0-DELETE": "on",
            }
        ),
    )
    assert "公开的条目至少要引用一个来源" in response.content.decode()
    assert policy.citations.count() == 1


@pytest.mark.parametrize("term", ["寧波", "宁波", "〔2010〕14", "[2010]14"])
def test_the_desk_finds_in_either_script_and_with_any_bracket(desk, term):
    make.make_policy(title="宁波市的决定", document_number="甬党〔2010〕14号")
    make.make_policy(title="别处的意见")
    page = desk.get(reverse("admin:timeline_policy_changelist"), {"q": term}).content.decode()
    assert "宁波市的决定" in page
    assert "别处的意见" not in page
