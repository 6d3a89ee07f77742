"""What the queue says of its items: who did what when and why, what changed, to whom it is assigned, open comments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.functional import Promise

from timeline.editing.assignments import assignments_of
from timeline.editing.comments import count_unresolved, fields_to_comment_on
from timeline.editing.comparison import changed_columns, column_label
from timeline.editing.queue import QueueItem, of_keys
from timeline.editing.revisions import model_of
from timeline.editing.stages import stage_of, stage_of_copy
from timeline.models import Action, Assignment, Comment, Mention, Revision
from timeline.models.records import Record, RecordKey, fetch_records
from timeline.models.revisions import authors_of_copies
from timeline.rows.tables import WholeRow, table_of
from timeline.workflow import Status

# The steps that the queue names.
STEPS = (
    Action.SUBMITTED,
    Action.SENT_BACK,
    Action.UNSCHEDULED,
    Action.WITHDRAWN,
    Action.NOT_APPLIED,
)


@dataclass(frozen=True)
class QueueRow:
    """An item of the queue. `step` is its last submission, return or calling off, `changes` are the labels of the changed columns.

    `authors` has the keys of who began or submitted a working copy; None for a record. `is_new` is whether there is nothing to compare it with.
    """

    item: QueueItem
    title: str
    model: type[Record]
    stage: str
    stage_label: str | Promise
    step: Revision | None = None
    changes: Sequence[str] = ()
    is_new: bool = False
    assigned_to: User | None = None
    assigned_by_key: int | None = None
    comments: int = 0
    authors: Collection[int] | None = None

    @property
    def key(self) -> int:
        return self.item.record

    @property
    def kind_label(self) -> str:
        return str(self.model._meta.verbose_name)


@dataclass
class _Facts:
    records: Mapping[RecordKey, Record]
    copies: dict[tuple[str, int, bool], Revision]
    steps: dict[tuple[str, int, bool], list[Revision]]
    assignments: Mapping[RecordKey, Assignment]
    comments: Mapping[RecordKey, int]
    endings: Mapping[int, Revision] = field(default_factory=dict)
    authors: Mapping[int, Collection[int]] = field(default_factory=dict)
    contents: dict[tuple[str, int, int], WholeRow] = field(default_factory=dict)


def describe(items: Sequence[QueueItem]) -> list[QueueRow]:
    """The rows of these items, in a number of queries that does not depend on theirs. What was deleted meanwhile is left out."""
    if not items:
        return []
    keys = {(item.table, item.record) for item in items}
    facts = _Facts(fetch_records(keys), {}, {}, assignments_of(keys), count_unresolved(keys))
    condition = of_keys(items)
    for copy in Revision.objects.filter(condition).current_copies():
        facts.copies[copy.table, copy.record, copy.is_scheduled] = copy
    steps = Revision.objects.filter(condition, action__in=STEPS).select_related("created_by").defer("content")
    for step in steps.by_number():
        facts.steps.setdefault((step.table, step.record, not step.applied), []).append(step)
    ended = Revision.objects.select_related("created_by").defer("content")
    facts.endings = ended.in_bulk([item.ending for item in items if item.ending])
    facts.authors = authors_of_copies([*facts.copies.values()])
    _read_contents(items, facts)
    return [row for item in items if (row := _row(item, facts)) is not None]


def _copy_of(item: QueueItem, facts: _Facts) -> Revision | None:
    """The working copy of an item; what is scheduled may have another one over it."""
    current = facts.copies.get((item.table, item.record, False))
    scheduled = facts.copies.get((item.table, item.record, True))
    if scheduled is not None and scheduled.public_from == item.since:
        return scheduled
    return current or scheduled


def _compared_with(item: QueueItem, facts: _Facts) -> int:
    """The number of the revision that a submission is compared with; 0 for none."""
    if item.is_copy:
        copy = _copy_of(item, facts)
        return copy.based_on or 0 if copy else 0
    returned = [one for one in facts.steps.get((item.table, item.record, False), ()) if one.is_sent_back]
    return returned[-1].number if returned else 0


def _submitted(item: QueueItem, facts: _Facts) -> Revision | None:
    """The last submission of an item, if it waits for a reviewer."""
    record = facts.records.get((item.table, item.record))
    copy = _copy_of(item, facts) if item.is_copy else None
    status = copy.status if copy else record.status if record else ""
    steps = facts.steps.get((item.table, item.record, item.is_copy), [])
    submissions = [one for one in steps if one.action == Action.SUBMITTED]
    return submissions[-1] if submissions and status == Status.REVIEW else None


def _read_contents(items: Sequence[QueueItem], facts: _Facts) -> None:
    """Read the rows that submissions are compared with, and those of submitted drafts; one query."""
    wanted: set[tuple[str, int, int]] = set()
    for item in items:
        submission, number = _submitted(item, facts), _compared_with(item, facts)
        if submission is None or not number:
            continue
        wanted.add((item.table, item.record, number))
        if not item.is_copy:
            wanted.add((item.table, item.record, submission.number))
    if not wanted:
        return
    numbers = {number for _table, _record, number in wanted}
    rows = Revision.objects.filter(of_keys(items), number__in=numbers)
    for table, record, number, content in rows.values_list("table", "record", "number", "content"):
        facts.contents[table, record, number] = content


def _changes(item: QueueItem, submission: Revision, facts: _Facts) -> list[str] | None:
    """The labels of the columns that a submission changes; None if there is nothing to compare it with."""
    before = facts.contents.get((item.table, item.record, _compared_with(item, facts)))
    copy = _copy_of(item, facts) if item.is_copy else None
    after = copy.content if copy else facts.contents.get((item.table, item.record, submission.number))
    if before is None or after is None:
        return None
    table = table_of(submission.model)
    return [column_label(table, name) for name in changed_columns(table, before, after)]


def _row(item: QueueItem, facts: _Facts) -> QueueRow | None:
    if item.ending:
        return _ended_row(item, facts)
    key = (item.table, item.record)
    record = facts.records.get(key)
    copy = _copy_of(item, facts) if item.is_copy else None
    if record is None or item.is_copy and copy is None:
        return None
    steps = facts.steps.get((item.table, item.record, item.is_copy), [])
    step = steps[-1] if steps else None
    if copy is not None and step is not None and step.number <= (copy.based_on or 0):
        step = None
    is_sent_back = step is not None and step.is_sent_back
    if copy is not None:
        is_missed = step is not None and step.action == Action.NOT_APPLIED
        stage = stage_of_copy(copy.status, is_returned=is_sent_back, is_missed=is_missed)
    else:
        stage = stage_of(record, is_returned=is_sent_back and record.status == Status.DRAFT)
    label = stage.label
    if step is not None and step.is_called_off and stage.name in ("draft", "revised"):
        label = Action.UNSCHEDULED.label
    submission = _submitted(item, facts)
    changes = _changes(item, submission, facts) if submission else None
    assignment = facts.assignments.get(key) if submission else None
    return QueueRow(
        item,
        copy.title if copy else record.title,
        copy.model if copy else model_of(record),
        stage.name,
        label,
        step,
        changes or (),
        submission is not None and changes is None and not item.is_copy,
        assignment.user if assignment else None,
        assignment.assigned_by_id if assignment else None,
        facts.comments.get(key, 0),
        facts.authors.get(copy.pk, ()) if copy else None,
    )


def _ended_row(item: QueueItem, facts: _Facts) -> QueueRow | None:
    """The row of what was discarded or deleted, which is as its last revision says."""
    ending = facts.endings.get(item.ending)
    if ending is None:
        return None
    label = str(ending.get_action_display())
    return QueueRow(item, ending.title, ending.model, ending.action, label, ending)


@dataclass(frozen=True)
class MentionRow:
    """A comment that waits for somebody, with the title and the model of its record, which may be deleted."""

    comment: Comment
    title: str
    model: type[Record]
    field_label: str
    is_deleted: bool


def describe_mentions(mentions: QuerySet[Mention]) -> list[MentionRow]:
    """The rows of these mentions, in a number of queries that does not depend on theirs."""
    comments = [one.comment for one in mentions.select_related("comment", "comment__created_by")]
    records = fetch_records({comment.record_key for comment in comments})
    gone = {comment.record_key for comment in comments} - records.keys()
    last: dict[RecordKey, Revision] = {}
    if gone:
        condition = of_keys([QueueItem(table, key, False, None, 0) for table, key in gone])
        for revision in Revision.objects.filter(condition).defer("content").by_number():
            last[revision.record_key] = revision
    rows = []
    for comment in comments:
        record = records.get(comment.record_key)
        latest = last.get(comment.record_key)
        if record is not None:
            model, title = model_of(record), record.title
        elif latest is not None:
            model, title = latest.model, latest.title
        else:
            continue
        label = fields_to_comment_on(model).get(comment.field, "")
        rows.append(MentionRow(comment, title, model, label, record is None))
    return rows
