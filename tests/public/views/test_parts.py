"""The pages of parts of records: history, citations, assessments and related entries."""

import pytest

from tests import factories as make
from tests.pages import order_of, page
from timeline.models import Goal, Policy, Source, Topic
from timeline.public.views.parts import parts_of

pytestmark = pytest.mark.django_db


def test_an_entry_has_pages_of_its_parts_that_lead_back_to_it(client):
    policy = make.make_policy(slug="a", title="规划甲", date="2013", published=True)
    goal = make.make_goal(slug="b", title="目标乙", declared_by=policy, published=True)
    make.make_assessment(goal, note="已完成一半")
    make.make_relation(policy, "implements", make.make_policy(title="国家行动", published=True))
    back = f'<a href="{policy.get_absolute_url()}">规划甲</a>'
    for part, told in (
        ("history/", "首次发布"),
        ("citations/", "第1段"),
        ("related/goals/", "目标乙"),
        ("related/policies/", "国家行动"),
    ):
        text = page(client, f"/policies/a/{part}")
        assert order_of(text, back, "<h1>", told)
    assert order_of(page(client, "/goals/b/assessments/"), "<h1>", "已完成一半")
    assert order_of(page(client, "/policies/a/related/policies/"), "贯彻", "国家行动")


def test_what_records_cite_is_a_part_of_entries_phases_and_topics():
    assert [part.name for part in parts_of(Policy)] == ["history", "citations", "related"]
    assert [part.name for part in parts_of(Goal)] == ["history", "citations", "assessments", "related"]
    assert [part.name for part in parts_of(Topic)] == ["citations"]
    assert [*parts_of(Source)] == []


def test_what_is_not_public_or_does_not_exist_has_no_parts(client):
    draft = make.make_policy()
    withdrawn = make.make_policy(published=True)
    withdrawn.withdraw(by=make.make_user(), comment="有误")
    public = make.make_policy(published=True)
    for address in (
        f"{draft.get_absolute_url()}history/",
        f"{withdrawn.get_absolute_url()}citations/",
        f"{public.get_absolute_url()}related/nothing/",
        f"{public.get_absolute_url()}assessments/",
        "/policies/nowhere/history/",
    ):
        assert client.get(address).status_code == 404, address


def test_a_part_under_a_former_address_leads_to_the_entry(client):
    policy = make.make_policy(slug="old", published=True)
    policy.slug = "new"
    policy.save()
    assert client.get("/policies/old/history/").url == "/policies/new/"


def test_a_preview_leads_to_no_part(client):
    client.force_login(make.make_editor())
    policy = make.make_policy(date="2010")
    for _number in range(21):
        make.make_milestone(policies=[policy], published=False)
    others = [make.make_policy(published=True) for _number in range(21)]
    for other in others:
        make.make_relation(policy, "implements", other)
    text = page(client, f"/admin/timeline/policy/{policy.pk}/preview/")
    assert text.count("/policies/policy-") >= 20
    assert "/related/" not in text


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_parts_have_addresses_in_each_language(client, prefix):
    policy = make.make_policy(published=True)
    text = page(client, f"{prefix}{policy.get_absolute_url()}history/")
    assert f'href="{prefix}{policy.get_absolute_url()}"' in text
