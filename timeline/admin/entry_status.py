"""The status of an entry, its author and the last comment, for the head of its form."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from timeline.editing.stages import stage_of
from timeline.i18n.display import format_datetime
from timeline.models import Entry, Revision
from timeline.workflow import transition_to


@dataclass(frozen=True)
class EntryStatus:
    """The status as editors know it, a sentence on who did what when, and the comment on that."""

    name: str
    label: str
    sentence: str
    comment: str


def describe_status(entry: Entry) -> EntryStatus:
    """The status of an entry; two queries."""
    step = Revision.objects.for_entry(entry).transitions().select_related("created_by").last()
    stage = stage_of(entry, is_returned=step is not None and step.is_sent_back)
    if stage.name == "draft":
        saved = Revision.objects.for_entry(entry).by_number().select_related("created_by").last()
        sentence = (
            _("Last saved by %(who)s on %(when)s.")
            % {"who": saved.created_by, "when": format_datetime(saved.created_at)}
            if saved
            else ""
        )
        return EntryStatus(stage.name, str(stage.label), sentence, "")
    if stage.name == "scheduled":
        sentence = _("It becomes public on %(public_from)s; scheduled by %(who)s on %(when)s.")
    else:
        sentence = str(transition_to(entry.status).status_sentence)
    context: dict[str, object] = (
        {"who": step.created_by, "when": format_datetime(step.created_at)}
        if step
        else {"who": "—", "when": "—"}
    )
    if entry.published_at:
        context["public_from"] = format_datetime(entry.published_at)
    return EntryStatus(stage.name, str(stage.label), sentence % context, step.comment if step else "")
