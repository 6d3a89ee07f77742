"""The pages of parts of records: history, citations, assessments and related entries."""

import re

import pytest

from tests import factories as make
from tests.pages import order_of, page
from timeline.models import AssessmentCitation, Goal, Policy, Source, Topic
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


def test_records_have_a_history_and_those_that_cite_have_citations():
    assert [part.name for part in parts_of(Policy)] == ["history", "citations", "related"]
    assert [part.name for part in parts_of(Goal)] == ["history", "citations", "assessments", "related"]
    assert [part.name for part in parts_of(Topic)] == ["history", "citations"]
    assert [part.name for part in parts_of(Source)] == ["history"]


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


def test_the_page_of_a_goal_leads_to_all_citations_of_an_assessment(client):
    goal = make.make_goal(slug="b", published=True)
    assessment = make.make_assessment(goal, source=make.make_source(title="来源0"))
    for number in range(1, 7):
        make.make_assessment_citation(assessment, source=make.make_source(title=f"来源{number}"))
    part = "/goals/b/assessments/"
    assert re.search(rf'<a href="{part}">\s*另有2项', page(client, goal))
    text = page(client, part)
    assert [number for number in range(7) if f"来源{number}" not in text] == []
    assert "left-out" not in text


def test_many_citations_of_assessments_are_in_pages(client):
    goal = make.make_goal(slug="b", published=True)
    for year in ("2016-01-01/2016-12-31", "2015-06", "2015"):
        assessment = make.make_assessment(
            goal, date=year, note=f"评于{year}", source=make.make_source(title=f"甲{year}")
        )
        for number in range(29):
            make.make_assessment_citation(assessment, source=make.make_source(title=f"来源{year}之{number}"))
    first, second = (page(client, f"/goals/b/assessments/?page={number}") for number in (1, 2))
    # By the day with which the date begins, not by its text.
    assert order_of(first, "评于2015<", "评于2015-06<")
    assert "评于2016" not in first
    assert order_of(second, "评于2015-06<", "评于2016-01-01/2016-12-31<")
    assert "评于2015<" not in second
    for citation in AssessmentCitation.objects.select_related("source"):
        assert (first + second).count(f">{citation.source.title}</a>") == 1
    assert "left-out" not in first + second


def test_a_page_of_long_assessments_is_not_too_large(client):
    goal = make.make_goal(slug="b", published=True)
    for year in range(1990, 2002):
        assessment = make.make_assessment(goal, date=str(year), note="评" * 100)
        for number in range(6):
            source = make.make_source(
                title=f"宁波市智慧城市建设评估报告{year}{number}" * 3,
                url=f"https://example.org/{year}{number}",
            )
            make.make_assessment_citation(assessment, source=source, locator="p:12", quotation="评估" * 20)
    for address in ("/goals/b/", "/goals/b/assessments/", "/goals/b/assessments/?page=2"):
        assert len(page(client, address).encode()) < 150_000, address
    assert re.search(r'<a href="/goals/b/assessments/">\s*另有2项', page(client, goal))


def test_a_goal_is_related_to_nothing_through_what_is_not_public(client):
    policy = make.make_policy(title="有误的文件", published=True)
    goal, other = (make.make_goal(declared_by=policy, published=True) for _number in range(2))
    related = f"{goal.get_absolute_url()}related/"
    assert "有误的文件" in page(client, f"{related}declared-by/")
    assert other.get_absolute_url() in page(client, f"{related}goals/")
    policy.withdraw(by=make.make_user(), comment="有误")
    assert client.get(f"{related}declared-by/").status_code == 404
    assert client.get(f"{related}goals/").status_code == 404
    assert other.get_absolute_url() not in page(client, goal)


def test_a_part_under_a_former_address_leads_to_that_part(client):
    policy = make.make_policy(slug="old", published=True)
    policy.slug = "new"
    policy.save()
    for part in ("history/", "related/goals/"):
        assert client.get(f"/policies/old/{part}").url == f"/policies/new/{part}"


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
