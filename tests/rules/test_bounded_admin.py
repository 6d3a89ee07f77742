"""No list of the admin grows with the record, nor does a form, except with the parts of its own record."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.crowds import grow, make_crowd
from timeline.editing.revisions import deleted_drafts
from timeline.models import Kind, Milestone, Revision, Topic

pytestmark = pytest.mark.django_db

FEW, MANY = 180, 1000
MAX_BYTES = 150_000


def address(name, *args):
    return reverse(f"admin:timeline_{name}", args=args)


def addresses(crowd):
    lists = ("entry", "policy", "goal", "topic", "organization", "area", "source")
    return {
        "index": reverse("admin:index"),
        **{name: address(f"{name}_changelist") for name in lists},
        "history": address("policy_history", crowd.policy.pk),
        "a later page of a history": address("policy_history", crowd.policy.pk) + "?page=2&old=1&new=60",
        "comparison": address("policy_compare", crowd.policy.pk, 1, 60),
        "restoring": address("policy_restore", crowd.policy.pk, 1),
        "history of a topic": address("topic_history", crowd.topic.pk),
        "comparison of a topic": address("topic_compare", crowd.topic.pk, 1, 60),
        "deleted drafts": address("milestone_deleted"),
        "form": address("organization_change", crowd.organization.pk),
        "form of a new record": address("policy_add"),
        "form of what all refer to": address("source_change", crowd.source.pk),
        "withdrawal": address("topic_verb", "withdraw") + f"?ids={crowd.topic.pk}",
        "publication": address("milestone_verb", "publish") + f"?ids={crowd.drafts[-2].pk}",
        "what refers to an entry": address("policy_delete", crowd.policy.pk),
        "what refers to a record": address("area_delete", crowd.area.pk),
        "choices": reverse("admin:autocomplete")
        + "?app_label=timeline&model_name=policy&field_name=topics&term=",
    }


def delete_drafts(crowd, numbers):
    """Record the deletions of so many drafts."""
    Revision.objects.bulk_create(
        Revision(
            table="entry",
            record=1_000_000 + number,
            number=1,
            kind=Kind.MILESTONE,
            title=f"删去的{number}",
            created_at=timezone.now(),
            created_by=crowd.user,
            action="deleted",
            status="draft",
            content={"slug": f"gone-{number}"},
        )
        for number in numbers
    )


@pytest.fixture(scope="module")
def editor(module_records):
    return make.make_editor()


@pytest.fixture(scope="module")
def crowd(editor):
    """Many records, and by page the number of queries when they were few."""
    crowd = make_crowd()
    grow(crowd, FEW)
    delete_drafts(crowd, range(FEW))
    crowd.queries = {name: opened(editor, url)[1] for name, url in addresses(crowd).items()}
    grow(crowd, MANY)
    delete_drafts(crowd, range(FEW, MANY))
    return crowd


def opened(editor, url):
    """The page, and the number of its queries."""
    client = Client()
    client.force_login(editor)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    return response.content.decode(), len(queries)


PAGES = [
    "index", "entry", "policy", "goal", "topic", "organization", "area", "source", "history",
    "a later page of a history", "comparison", "restoring", "history of a topic",
    "comparison of a topic", "deleted drafts", "form",
    "form of a new record", "form of what all refer to", "withdrawal", "publication", "what refers to an entry", "what refers to a record", "choices",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_the_size_and_the_queries_of_few_records(crowd, editor, name):
    text, queries = opened(editor, addresses(crowd)[name])
    assert len(text.encode()) <= MAX_BYTES
    assert queries <= crowd.queries[name]


def test_the_pages_of_a_history_show_every_revision_and_restore_all_but_the_newest(crowd, editor):
    url, shown, restorable = addresses(crowd)["history"], [], []
    while url:
        text, _queries = opened(editor, url)
        shown += [int(number) for number in re.findall(r'<th scope="row">(\d+)</th>', text)]
        restorable += [int(number) for number in re.findall(r"/revisions/(\d+)/restore/", text)]
        following = re.search(r'name="page" value="(\d+)" formnovalidate>下', text)
        url = following and f"{addresses(crowd)['history']}?page={following[1]}"
    count = Revision.objects.for_record(crowd.policy).count()
    assert shown == list(range(count, 0, -1))
    assert restorable == shown[1:]


def test_deleted_drafts_are_paged_and_recovered_from_any_page(crowd, editor):
    assert deleted_drafts(Milestone).count() == MANY
    text, _queries = opened(editor, f"{addresses(crowd)['deleted drafts']}?page=20")
    assert text.count('class="gone"') == 1
    assert "gone-0<" in text


def test_a_filter_offers_the_records_that_entries_name_the_chosen_one_and_the_list_of_all(crowd, editor):
    last = Topic.objects.last()
    text, _queries = opened(editor, f"{address('entry_changelist')}?topics__id__exact={last.pk}")
    offered = re.findall(r'href="\?topics__id__exact=(\d+)"', text)
    # Of all topics, entries name only one.
    assert {*offered} == {str(crowd.topic.pk), str(last.pk)}
    assert f'href="{address("topic_changelist")}"' in text


def test_what_refers_to_a_record_is_named_in_part_and_counted(crowd, editor):
    text, _queries = opened(editor, addresses(crowd)["what refers to an entry"])
    assert text.count("<li>目标：") == 50
    assert re.search(r"<li>\D*7\d\d\D*</li>", text)


def test_no_more_records_are_deleted_at_once_than_a_page_can_name(crowd, editor):
    client = Client()
    client.force_login(editor)
    listed = address("goal_changelist")
    chosen = {"action": "delete_selected", "select_across": "1", "_selected_action": [crowd.goal.pk]}
    response = client.post(listed, chosen, follow=True)
    assert response.redirect_chain[-1][0] == listed
    assert "500" in response.content.decode()
