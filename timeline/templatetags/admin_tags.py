"""Template tags of the admin: the order of models, the names of users, and what they did."""

from typing import TypedDict

from django import template

from timeline.accounts.names import display_name
from timeline.editing.checklist import confirmed_labels
from timeline.editing.last_steps import describe_action
from timeline.models import Action, Kind, Revision

register = template.Library()

# The models that editors open most come first.
MODEL_ORDER = [
    "Entry", *(kind.model.__name__ for kind in Kind),
    "Source", "Topic", "Phase", "Organization", "Area", "Chronicle", "ImportBatch",
]  # fmt: skip


register.filter("display_name", display_name)
register.filter("confirmed_labels", confirmed_labels)
register.filter("what_was_done", describe_action)


@register.filter
def needs_copy_mark(revision: Revision) -> bool:
    """Whether a row has to say besides that it is about a working copy: some actions are only of one, and name it."""
    return not revision.applied and revision.action not in (Action.SCHEDULED, Action.DISCARDED)


class ListedApp(TypedDict):
    """What the sorting reads of an app in Django's list."""

    app_label: str
    models: list[dict[str, str]]


@register.filter
def sort_models(apps: list[ListedApp]) -> list[ListedApp]:
    """Sort the admin's list of models by MODEL_ORDER, with the chronicle's app first."""

    def place(model: dict[str, str]) -> int:
        name = model["object_name"]
        return MODEL_ORDER.index(name) if name in MODEL_ORDER else len(MODEL_ORDER)

    ordered = [app | {"models": sorted(app["models"], key=place)} for app in apps]
    return sorted(ordered, key=lambda app: app["app_label"] != "timeline")
