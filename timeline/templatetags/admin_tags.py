"""Template tags of the admin index: the worklist of an editor, and the order of models."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Count, Q
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timeline.editing.stages import at_stage, stage_of
from timeline.models import Entry, ImportBatch, Kind, Revision
from timeline.workflow import Status

register = template.Library()
MAX_ITEMS = 8


@dataclass(frozen=True)
class WorklistItem:
    """The number of entries that need the same action, and the address of their list."""

    label: Promise
    count: int
    address: str


def worklist_items() -> list[WorklistItem]:
    entries = Entry.objects.all()
    wanted = [
        (_("Drafts"), "stage=draft", at_stage(entries, "draft")),
        (_("Returned"), "stage=returned", at_stage(entries, "returned")),
        (_("In review"), "stage=review", at_stage(entries, "review")),
        (_("Working copies"), "stage=revised", at_stage(entries, "revised")),
        (_("Scheduled"), "stage=scheduled", at_stage(entries, "scheduled")),
        (_("Without date"), "gap=date", entries.undated()),
        (_("Without citation"), "gap=citation", entries.uncited()),
        (_("Without English"), "gap=english", entries.untranslated()),
    ]
    counts = entries.aggregate(
        **{query: Count("pk", filter=Q(pk__in=rows.values("pk"))) for _label, query, rows in wanted}
    )
    list_of_entries = reverse("admin:timeline_entry_changelist")
    return [
        WorklistItem(label, counts[query], f"{list_of_entries}?{query}") for label, query, _rows in wanted
    ]


@register.inclusion_tag("admin/_worklist.html", takes_context=True)
def worklist(context: Context) -> dict[str, object]:
    """Show the worklist to users who may view entries. The number of queries is constant."""
    if not context["request"].user.has_perm("timeline.view_entry"):
        return {}
    imports: Any = admin.site.get_model_admin(ImportBatch)
    in_review = Entry.objects.with_status(Status.REVIEW).order_by("changed_at", "pk")
    recent = Entry.objects.order_by("-changed_at", "-pk")
    return {
        "worklist_items": worklist_items(),
        "returns": Revision.objects.sent_back().select_related("created_by", "entry")[:MAX_ITEMS],
        "lists": [
            (_("In review"), in_review[:MAX_ITEMS], _("Nothing is in review.")),
            (_("Recently changed"), recent[:MAX_ITEMS], _("There are no entries yet.")),
        ],
        "may_export": imports.has_export_permission(context["request"]),
    }


@register.simple_tag(takes_context=True)
def status_label(context: Context, entry: Entry) -> Promise | str:
    """The label of the stage of an entry."""
    returned = {one.entry_id for one in context["returns"]}
    return stage_of(entry, is_returned=entry.pk in returned).label


# The models that editors open most come first.
MODEL_ORDER = [
    "Entry", *(kind.model.__name__ for kind in Kind),
    "Source", "Topic", "Phase", "Organization", "Area", "Chronicle", "ImportBatch",
]  # fmt: skip


@register.filter
def sort_models(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort the admin's list of models by MODEL_ORDER, with the chronicle's app first."""

    def place(model: dict[str, Any]) -> int:
        name = model["object_name"]
        return MODEL_ORDER.index(name) if name in MODEL_ORDER else len(MODEL_ORDER)

    ordered = [app | {"models": sorted(app["models"], key=place)} for app in apps]
    return sorted(ordered, key=lambda app: app["app_label"] != "timeline")
