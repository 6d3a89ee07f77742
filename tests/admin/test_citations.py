"""Citations in forms, with a source that is created in the same form."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from tests import factories as make
from tests.forms import address_of, fields_of, policy_form
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy
from timeline.models import Goal, Policy, Source

pytestmark = pytest.mark.django_db
ADD = "admin:timeline_policy_add"


def cited(*rows):
    """The fields of these citations in the form of a policy."""
    data = {"citations-TOTAL_FORMS": str(len(rows))}
    for at, row in enumerate(rows):
        defaults = {"number": "1", "weight": "0", "new_source_type": "page"}
        data |= {f"citations-{at}-{name}": value for name, value in (defaults | row).items()}
    return data


def page_of(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_of_a_new_entry_begins_with_an_empty_citation_that_need_not_be_filled_in(editor_client):
    form = fields_of(page_of(editor_client.get(reverse(ADD))))
    assert form["citations-TOTAL_FORMS"] == "1"
    form |= {"title": "没有来源的草稿", "document_type": "opinions"}
    assert editor_client.post(reverse(ADD), form).status_code == 302
    assert not Policy.objects.get().citations.exists()


def test_a_source_is_created_with_the_citation_that_describes_it(editor_client):
    row = {
        "new_source_title": "智慧城市报道",
        "new_source_type": "newspaper",
        "new_source_publisher": "宁波日报",
        "new_source_published": "2013年1月",
        "new_source_url": "https://example.org/1",
        "new_source_accessed": "2026-11-30",
        "locator": "第3页",
    }
    response = editor_client.post(reverse(ADD), policy_form(**cited(row), _transition="submit"))
    assert response.status_code == 302
    policy, source = Policy.objects.get(), Source.objects.get()
    assert (policy.status, policy.citations.get().source, policy.citations.get().locator) == (
        "review",
        source,
        "第3页",
    )
    assert (source.title, source.type, source.publisher, str(source.published), source.url) == (
        "智慧城市报道",
        "newspaper",
        "宁波日报",
        "2013-01",
        "https://example.org/1",
    )
    assert str(source.accessed) == "2026-11-30"
    assert source.slug == "zhi-hui-cheng-shi-bao-dao"
    # The record and its source.
    assert LogEntry.objects.count() == 2


def test_a_refused_form_keeps_the_new_source_and_creates_none(editor_client):
    row = {"new_source_title": "报道", "new_source_publisher": "日报", "locator": "¶1"}
    page = page_of(editor_client.post(reverse(ADD), policy_form(**cited(row), title="")))
    form = fields_of(page)
    assert (form["citations-0-new_source_title"], form["citations-0-new_source_publisher"]) == (
        "报道",
        "日报",
    )
    assert not Source.objects.exists()
    hidden = make.make_policy(title="未公开")
    refused = policy_form(
        **cited(row),
        **{"relations-TOTAL_FORMS": "1", "relations-0-type": "amends", "relations-0-to_policy": hidden.pk},
        _transition="publish",
    )
    form = fields_of(page_of(editor_client.post(reverse(ADD), refused)))
    assert form["citations-0-new_source_title"] == "报道"
    assert not Source.objects.exists()
    assert Policy.objects.get() == hidden


def test_what_is_wrong_with_a_new_source_is_said_beside_its_fields(editor_client):
    row = {"new_source_publisher": "日报", "new_source_published": "2013-02-30", "new_source_url": "不是网址"}
    response = editor_client.post(reverse(ADD), policy_form(**cited(row)))
    (form,) = response.context["inline_admin_formsets"][0].formset.forms
    assert form.errors.keys() == {"new_source_published", "new_source_url"}
    response = editor_client.post(reverse(ADD), policy_form(**cited({"new_source_publisher": "日报"})))
    (form,) = response.context["inline_admin_formsets"][0].formset.forms
    assert form.errors.keys() == {"new_source_title"}


def test_a_citation_names_one_source_chosen_or_new(editor_client):
    source = make.make_source()
    both = {"source": source.pk, "new_source_title": "又一个"}
    neither = {"locator": "¶1"}
    for row, field in ((both, "new_source_title"), (neither, "source")):
        response = editor_client.post(reverse(ADD), policy_form(**cited(row)))
        (form,) = response.context["inline_admin_formsets"][0].formset.forms
        assert form.errors.keys() == {field}
    assert not Policy.objects.exists()


def test_a_form_sent_twice_creates_its_source_once(editor_client):
    form = fields_of(page_of(editor_client.get(reverse(ADD))))
    form |= {"title": "办法", "document_type": "opinions", "citations-0-new_source_title": "报道"}
    for _time in range(2):
        assert editor_client.post(reverse(ADD), form).status_code == 302
    assert Policy.objects.get().citations.get().source == Source.objects.get()


def test_two_citations_of_one_new_source_create_it_once(editor_client):
    rows = [{"new_source_title": "报道", "locator": locator} for locator in ("¶1", "¶2")]
    other = {"new_source_title": "报道", "new_source_publisher": "晚报"}
    assert editor_client.post(reverse(ADD), policy_form(**cited(*rows, other))).status_code == 302
    assert sorted(Source.objects.values_list("slug", "publisher")) == [("bao-dao", ""), ("bao-dao-2", "晚报")]
    assert Policy.objects.get().citations.count() == 3


def test_a_new_source_of_a_title_that_exists_is_refused_once(editor_client):
    existing = make.make_source(title="报道", publisher="晚报")
    form = policy_form(**cited({"new_source_title": "《报道》", "new_source_publisher": "日报"}))
    page = page_of(editor_client.post(reverse(ADD), form))
    assert reverse("admin:timeline_source_change", args=[existing.pk]) in page
    warned = form | {
        "citations-0-new_source_warned": fields_of(page)["citations-0-new_source_warned"],
    }
    assert editor_client.post(reverse(ADD), warned).status_code == 302
    assert Source.objects.count() == 2


def test_a_source_that_says_the_same_is_cited_and_not_created_again(editor_client):
    existing = make.make_source(title="报道", publisher="晚报", type="page")
    row = {
        "new_source_title": "报道",
        "new_source_publisher": "晚报",
        "new_source_url": existing.url,
        "new_source_published": str(existing.published or ""),
        "new_source_accessed": str(existing.accessed or ""),
    }
    assert editor_client.post(reverse(ADD), policy_form(**cited(row))).status_code == 302
    assert Policy.objects.get().citations.get().source == existing == Source.objects.get()


def test_the_working_copy_of_a_public_entry_cites_a_new_source(editor_client):
    policy = make.make_policy(published=True)
    record_revision(policy, by=make.make_user())
    address = reverse("admin:timeline_policy_change", args=[policy.pk])
    form = fields_of(page_of(editor_client.get(address)))
    at = form["citations-TOTAL_FORMS"]
    form |= {
        "citations-TOTAL_FORMS": str(int(at) + 1),
        f"citations-{at}-new_source_title": "新的报道",
        f"citations-{at}-new_source_type": "page",
        f"citations-{at}-number": "1",
        f"citations-{at}-weight": "0",
    }
    assert editor_client.post(address, form).status_code == 302
    source = Source.objects.get(title="新的报道")
    assert source.slug in [row["source"] for row in find_working_copy(policy).content["citations"]]
    assert not policy.citations.filter(source=source).exists()


def test_whoever_may_not_add_sources_chooses_one(with_rights):
    client = with_rights("view_policy", "add_policy", "view_citation", "add_citation", "view_source")
    page = page_of(client.get(reverse(ADD)))
    assert "new_source_title" not in page
    row = {"new_source_title": "报道", "locator": "¶1"}
    page_of(client.post(reverse(ADD), policy_form(**cited(row))))
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("urls", "slugs"),
    [
        (("https://example.org/1", "https://example.org/2"), ["bao-dao", "bao-dao-2"]),
        (("https://example.org/1", "https://example.org/1"), ["bao-dao"]),
    ],
    ids=["two", "the same"],
)
def test_a_goal_and_its_assessment_cite_new_sources_of_one_title(editor_client, urls, slugs):
    goal = make.make_goal()
    make.make_assessment(goal, date="2015")
    before = {*Source.objects.values_list("pk", flat=True)}
    change = address_of("change", goal)
    form = fields_of(page_of(editor_client.get(change)))
    defaults = {"number": "1", "weight": "0", "new_source_type": "page", "new_source_title": "报道"}
    assessed = {"assessment_date": "2015", "assessment_number": "1"}
    for formset, url, more in zip(("citations", "assessment_citations"), urls, ({}, assessed), strict=True):
        at = int(form[f"{formset}-TOTAL_FORMS"])
        form[f"{formset}-TOTAL_FORMS"] = str(at + 1)
        row = defaults | {"new_source_url": url} | more
        form |= {f"{formset}-{at}-{name}": value for name, value in row.items()}
    assert editor_client.post(change, form).status_code == 302
    new = Source.objects.exclude(pk__in=before)
    assert sorted(new.values_list("slug", flat=True)) == slugs
    goal = Goal.objects.get()
    assert [goal.citations.get().source.slug] == slugs[:1]
    assert goal.assessment_citations.filter(source__slug=slugs[-1]).count() == 1
