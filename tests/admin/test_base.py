"""The base of all admins: queries of lists, keys, deletion of records in use."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.forms import fields_of
from tests.world import World, add_entries
from timeline.admin.base import MAX_PRIMARY_KEY, parse_primary_key
from timeline.editing.revisions import table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.models import REFERENCES, Kind

pytestmark = pytest.mark.django_db

KINDS = [kind.model_name for kind in Kind]
NOUNS = [*KINDS, "entry", *(model._meta.model_name for model in REFERENCES), "chronicle"]


def test_body_and_introductions_have_a_preview_and_a_summary_has_none(editor_client):
    policy = editor_client.get(reverse("admin:timeline_policy_add")).content.decode()
    assert re.findall(r'data-markdown=.*?name="([a-z_]+)"', policy, re.DOTALL) == ["body", "body_en"]
    topic = editor_client.get(reverse("admin:timeline_topic_add")).content.decode()
    assert "data-markdown" in topic


def test_every_list_costs_a_fixed_number_of_queries(editor_client, world, django_assert_max_num_queries):
    for number in range(4):
        add_entries(world, f"第{number}")
    for noun in NOUNS:
        with django_assert_max_num_queries(16):
            assert editor_client.get(reverse(f"admin:timeline_{noun}_changelist")).status_code == 200, noun


def general_pages() -> list[str]:
    return [
        reverse("admin:index"),
        reverse("admin:password_change"),
        *(reverse(f"admin:timeline_{noun}_changelist") for noun in NOUNS if noun not in KINDS),
    ]


def pages_of(kind: str, world: World) -> list[str]:
    name = f"admin:timeline_{kind}"
    (entry,) = (entry for entry in add_entries(world, "一", status="draft") if entry._meta.model_name == kind)
    return [
        reverse(f"{name}_changelist"),
        reverse(f"{name}_add"),
        *(reverse(f"{name}_{page}", args=[entry.pk]) for page in ("change", "delete", "history")),
    ]


# All kinds share one admin. Only these two have inlines of their own.
@pytest.mark.parametrize(
    "kind",
    [
        "",
        *(pytest.param(kind, marks=() if kind in ("policy", "goal") else pytest.mark.long) for kind in KINDS),
    ],
)
def test_no_page_of_the_admin_has_inline_code(editor_client, world, kind):
    for address in pages_of(kind, world) if kind else general_pages():
        page = editor_client.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:", page), (
            address
        )
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (address, {i for i in ids if ids.count(i) > 1})


HUGE = "9" * 5000


def test_a_key_is_read_up_to_the_largest_and_no_further():
    assert [parse_primary_key(text) for text in ("1", "007", str(MAX_PRIMARY_KEY))] == [1, 7, MAX_PRIMARY_KEY]
    assert not any(
        parse_primary_key(text) for text in ("", "²", "٣", "1.0", "-1", "0x1", str(MAX_PRIMARY_KEY + 1), HUGE)
    )


def test_what_is_referred_to_says_by_whom_and_is_not_deleted(editor_client):
    topic = make.make_topic(title="共享")
    entry = make.make_milestone(title="引用者", topics=[topic])
    delete = reverse("admin:timeline_topic_delete", args=[topic.pk])
    page = editor_client.get(delete).content.decode()
    assert "引用者" in page
    editor_client.post(delete, {"post": "yes"})
    assert entry.topics.count() == 1
    policy = make.make_policy()
    make.make_goal(title="某目标", declared_by=policy)
    page = editor_client.get(reverse("admin:timeline_policy_change", args=[policy.pk])).content.decode()
    assert "引用此条的内容" in page
    assert "某目标" in page


@pytest.mark.parametrize(
    ("noun", "typed", "made", "name"),
    [
        ("policy", "topics", make.make_topic, "专题"),
        ("policy", "relations-0-to_policy", make.make_policy, "政策"),
        ("policy", "citations-0-source", make.make_source, "来源"),
        ("goal", "declared_by", make.make_policy, "条目"),
    ],
)
def test_what_was_chosen_and_is_deleted_meanwhile_is_named_by_its_kind(
    editor_client, noun, typed, made, name
):
    chosen = made(published=False)
    add = reverse(f"admin:timeline_{noun}_add")
    form = fields_of(editor_client.get(add).content.decode()) | {"title": "甲", typed: str(chosen.pk)}
    form |= {"document_type": "notice", "relations-0-type": "implements"}
    if "-0-" in typed:
        form[f"{typed.partition('-')[0]}-TOTAL_FORMS"] = "1"
    chosen.delete()
    (words,) = re.findall(
        rf'<a href="#id_{typed}">[^<]*</a>(?:: |：)([^<]*)<', editor_client.post(add, form).content.decode()
    )
    assert re.search("is there no more|已不存在", words)
    assert name in words


def draft_named(what):
    if what == "source":
        return make.make_source(slug="weekly", published=False)
    return make.make_topic(slug="fibre", published=False)


@pytest.mark.parametrize("what", ["source", "topic"])
def test_what_only_a_working_copy_names_is_not_deleted(editor_client, what):
    entry = make.make_milestone(title="启动", published=True)
    record = draft_named(what)
    row = table_of_record(entry).whole_row_of(entry)
    cited = {
        "source": "weekly",
        "locator": "¶2",
        "number": 1,
        "quotation": "",
        "quotation_en": "",
        "remark": "",
        "remark_en": "",
        "weight": 0,
        "date": None,
    }
    row |= {"topics": ["fibre"]} if what == "topic" else {"citations": [*row["citations"], cited]}
    save_working_copy(entry, row, by=make.make_user())
    where = reverse(f"admin:timeline_{what}_delete", args=[record.pk])
    assert "“启动”的修订稿" in editor_client.get(where).content.decode()
    editor_client.post(where, {"post": "yes"})
    assert type(record).objects.filter(pk=record.pk).exists()
