"""The status of a record and of its working copy, its author and the last comment, for the head of its form."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.editing.copy_states import states_of
from timeline.editing.stages import Stage, stage_of, stage_of_copy
from timeline.i18n.display import format_datetime
from timeline.models import Action, Revision
from timeline.models.records import Record
from timeline.workflow import transition_of, transition_to


@dataclass(frozen=True)
class RecordStatus:
    """The status as editors know it, a sentence on who did what when, and the comment on that.

    `called_off` is, of a working copy, who called off the scheduled one over which it was begun, when and why.
    """

    name: str
    label: str
    sentence: str
    comment: str
    called_off: str = ""


def label_of_stage(stage: Stage, record: Record) -> str:
    """The stage of a record in words, with the time for which it is scheduled."""
    if stage.name != "scheduled" or record.published_at is None:
        return str(stage.label)
    return _("%(what)s (%(public_from)s)") % {
        "what": stage.label,
        "public_from": format_datetime(record.published_at),
    }


def describe_status(record: Record) -> RecordStatus:
    """The status of a record; two queries, and one more of a restored draft."""
    step = Revision.objects.for_record(record).transitions().select_related("created_by").last()
    stage = stage_of(record, is_returned=step is not None and step.is_sent_back)
    if stage.name == "draft":
        saved = Revision.objects.for_record(record).by_number().select_related("created_by").last()
        if saved and step and saved.number == step.number and (done := transition_of(step.action)):
            # What ends a publication has only called one off that lay ahead.
            sentence = str(done.copy_sentence if done.ends_publication else done.status_sentence)
            return RecordStatus(stage.name, str(stage.label), sentence % _who_and_when(step), step.comment)
        sentence = _last_sentence(saved) % _who_and_when(saved) if saved else ""
        return RecordStatus(stage.name, str(stage.label), sentence, "")
    if stage.name == "scheduled":
        sentence = _("It becomes public on %(public_from)s; scheduled by %(who)s on %(when)s.")
    else:
        done = transition_of(step.action) if step else None
        sentence = str((done or transition_to(record.status)).status_sentence)
    context = _who_and_when(step) if step else {"who": "—", "when": "—"}
    if record.published_at:
        context["public_from"] = format_datetime(record.published_at)
    return RecordStatus(stage.name, str(stage.label), sentence % context, step.comment if step else "")


def _last_sentence(last: Revision) -> str:
    """What was done with a draft last, which is no transition, with %(who)s and %(when)s."""
    if last.action != Action.RESTORED:
        return _("Last saved by %(who)s on %(when)s.")
    before = Revision.objects.for_key(last.model, last.record).filter(number=last.number - 1)
    if before.filter(action=Action.DELETED).exists():
        return _("It was deleted, and recovered by %(who)s on %(when)s.")
    return _("Restored to a former state by %(who)s on %(when)s.")


def describe_working_copy(copy: Revision) -> RecordStatus:
    """The status of a working copy; three queries. Its author and last change are told beside it."""
    numbers = states_of(copy)
    states = Revision.objects.for_key(copy.model, copy.record).filter(number__in=numbers)
    step, called_off = states.steps().select_related("created_by").last(), _called_off_message(copy, numbers)
    if step is None:
        # Nothing was done but writing since it was begun.
        stage = stage_of_copy(copy.status, is_returned=False, is_missed=False)
        return RecordStatus(stage.name, str(stage.label), "", "", called_off)
    is_missed, is_returned = step.action == Action.NOT_APPLIED, step.action == Action.SENT_BACK
    stage = stage_of_copy(copy.status, is_returned=is_returned, is_missed=is_missed)
    done = transition_of(step.action)
    sentence = str(done.copy_sentence) if done else ""
    if is_missed:
        sentence = _("It was to become public, scheduled by %(who)s, and could not on %(when)s:")
    context = _who_and_when(step)
    context["public_from"] = format_datetime(copy.public_from) if copy.public_from else ""
    return RecordStatus(stage.name, str(stage.label), sentence % context, step.comment, called_off)


def _called_off_message(copy: Revision, numbers: Sequence[int]) -> str:
    """Who called off the scheduled copy over which this one, of these numbers, was begun, when and why; or ""."""
    since = Revision.objects.for_key(copy.model, copy.record).filter(number__gt=numbers[0])
    of_others = since.filter(action=Action.UNSCHEDULED).exclude(number__in=numbers)
    last = of_others.select_related("created_by").by_number().last()
    if last is None:
        return ""
    message = _(
        "%(who)s called off the earlier change, whose text this working copy has, on %(when)s: %(why)s"
    )
    return message % {**_who_and_when(last), "why": last.comment}


def last_writing(copy: Revision) -> Revision:
    """The revision with which somebody last changed the text of a working copy, which others may have submitted or read."""
    states = Revision.objects.for_key(copy.model, copy.record).filter(number__in=states_of(copy))
    return states.writings().select_related("created_by").last() or copy


def discarded_copy_message(record: Record) -> str:
    """Who discarded the last working copy, when and why, for its author; "" if somebody has done anything since."""
    last = Revision.objects.for_record(record).by_number().select_related("created_by").last()
    if last is None or last.action != Action.DISCARDED:
        return ""
    return _("%(who)s discarded the working copy on %(when)s: %(why)s") % {
        **_who_and_when(last),
        "why": last.comment or "—",
    }


def _who_and_when(revision: Revision) -> dict[str, str]:
    return {"who": display_name(revision.created_by), "when": format_datetime(revision.created_at)}
