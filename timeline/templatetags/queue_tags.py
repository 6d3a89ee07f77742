"""Template tags of the queue: its counts in the header of the admin, its lists on the front page, and the links of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise

from timeline.editing.comments import Thread, unanswered_mentions
from timeline.editing.queue import (
    COMMENTS,
    COMMENTS_EMPTY,
    COMMENTS_LABEL,
    QUEUE,
    items_of,
    known_counts,
    lately_changed,
    lists_for,
)
from timeline.editing.queue_rows import MentionRow, QueueRow, describe, describe_mentions
from timeline.models import Action, ImportBatch, Kind
from timeline.models.records import Record
from timeline.workflow import Status

register = template.Library()
# The rows of each list on the front page.
MAX_ROWS = 10


@dataclass(frozen=True)
class ShownList:
    """A list on the front page: its first rows, the number of all, and the address of the whole."""

    name: str
    label: str | Promise
    empty: str | Promise
    count: int
    url: str
    rows: list[QueueRow] | list[MentionRow]


@dataclass(frozen=True)
class Count:
    """The number of items of a list, with its address."""

    label: str | Promise
    count: int
    url: str


@register.simple_tag(takes_context=True)
def queue_counts(context: Context) -> list[Count]:
    """The counts of the queue of the user; the lists that would always be empty are left out."""
    user = context["user"]
    lists = lists_for(user)
    if not lists:
        return []
    counts = known_counts(user)
    shown = [Count(one.label, counts[one.name], _url_of(one.name)) for one in lists]
    return [*shown, Count(COMMENTS_LABEL, counts[COMMENTS], _url_of(COMMENTS))]


@register.inclusion_tag("admin/_queue.html", takes_context=True)
def queue(context: Context) -> dict[str, object]:
    """The queue of a user who may view entries, in a constant number of queries."""
    user = context["request"].user
    if not user.has_perm("timeline.view_entry"):
        return {}
    lists, counts = lists_for(user), known_counts(user)
    found = [items_of(one.items(user)[:MAX_ROWS]) for one in lists]
    rows = describe([item for items in found for item in items])
    shown = []
    for one, items in zip(lists, found, strict=True):
        own = [row for item in items for row in rows if row.item is item]
        shown.append(ShownList(one.name, one.label, one.empty, counts[one.name], _url_of(one.name), own))
    mentions = describe_mentions(unanswered_mentions(user)[:MAX_ROWS])
    shown.append(
        ShownList(COMMENTS, COMMENTS_LABEL, COMMENTS_EMPTY, counts[COMMENTS], _url_of(COMMENTS), mentions)
    )
    imports: Any = admin.site.get_model_admin(ImportBatch)
    return {
        "user": user,
        "lists": shown,
        "recent": lately_changed(user, MAX_ROWS),
        "new_entries": [
            (model._meta.verbose_name, reverse(f"admin:timeline_{model._meta.model_name}_add"))
            for model in (kind.model for kind in Kind)
            if user.has_perm(f"timeline.add_{model._meta.model_name}")
        ],
        "may_import": user.has_perm("timeline.import_files"),
        "may_export": imports.has_export_permission(context["request"]),
    }


def _url_of(name: str) -> str:
    return reverse("queue", args=[name])


@register.simple_tag
def admin_page(model: type[Record], key: int | None, screen: str) -> str:
    """The address of a page of the admin about a record, or with None about all of a model."""
    return reverse(f"admin:timeline_{model._meta.model_name}_{screen}", args=[key] if key else [])


@register.simple_tag(takes_context=True)
def comments_on(context: Context, field: str) -> Sequence[Thread] | None:
    """The open threads on a field, "" for the whole record; None where comments have no place, as in the form of a new record."""
    comments = context.get("comments")
    return comments.threads.get(field, []) if comments else None


@register.simple_tag(takes_context=True)
def commented_field(context: Context, field: str) -> str:
    """The label of a field that comments are on."""
    comments = context.get("comments")
    return comments.labels.get(field, "") if comments else ""


@register.filter
def queue_url(row: QueueRow) -> str:
    """The page for what an item waits for: what is in review is read there, a draft is its form."""
    if row.stage == Action.DELETED:
        return admin_page(row.model, None, "deleted")
    if row.item.ending:
        screen = "history"
    elif row.item.is_copy:
        screen = "change" if row.stage in ("revised", "change_returned") else "working_copy"
    else:
        screen = "draft_preview" if row.stage == Status.REVIEW else "change"
    return admin_page(row.model, row.key, screen)


@register.filter
def recall_url(row: QueueRow, user: AbstractUser) -> str:
    """The page on which the user recalls a submission; "" for what is not in review, or others recall."""
    if row.stage not in (Status.REVIEW, "change_review"):
        return ""
    if row.authors is not None and user.pk not in row.authors:
        return ""
    name = row.model._meta.model_name
    if row.item.is_copy:
        return reverse(f"admin:timeline_{name}_copy_verb", args=[row.key, "recall"])
    return f"{reverse(f'admin:timeline_{name}_verb', args=['recall'])}?ids={row.key}"


@register.filter
def empty_message(name: str) -> str | Promise:
    return COMMENTS_EMPTY if name == COMMENTS else QUEUE[name].empty
