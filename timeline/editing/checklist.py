"""The checklist of a publication: what refuses it, and what has to be confirmed by name."""

import datetime
import enum
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from timeline.editing.checks import CHECKS, Check
from timeline.editing.named_references import drafts_named_by_each, drafts_named_in
from timeline.editing.proposed_records import ProposedRecords
from timeline.editing.revisions import model_of, reload, table_of_record
from timeline.models import Entry, Revision, Source
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.models.stored_records import DatedRecords
from timeline.rows.references import References
from timeline.rows.tables import table_of
from timeline.rows.validation import refusals, validate
from timeline.workflow import NotPublishableError, Objection


class Level(enum.Enum):
    """What a finding means for the publication."""

    REFUSED = "refused"
    WARNED = "warned"


@dataclass(frozen=True)
class Finding:
    """What the checklist says of a record, or of a draft that is published with it.

    `name` is that of the check, with the record before it if that is such a draft; what refuses has none. `field` is the
    column or the part of the form that it is about, or "".
    """

    level: Level
    record: Record
    message: str
    field: str = ""
    name: str = ""
    check: Check | None = None
    values: Sequence[str] = ()
    # What is public and names the record, if that is what refuses its withdrawal.
    naming: Sequence[Record] = ()


@dataclass(frozen=True)
class Confirmation:
    """What somebody confirmed of a warning at a publication, and when."""

    values: Sequence[str]
    by: AbstractUser
    at: datetime.datetime


# What was confirmed of each warning by its name.
Confirmed = Mapping[str, Confirmation]


@dataclass(frozen=True)
class Checklist:
    """The findings on a text that is to be published, and the drafts that are published with it.

    `confirmed` is what was confirmed in earlier publications of the record.
    """

    record: Record
    refused: Sequence[Finding] = ()
    warnings: Sequence[Finding] = ()
    drafts: Sequence[Record] = ()
    confirmed: Confirmed = field(default_factory=dict)

    @property
    def is_clear(self) -> bool:
        """Whether nothing refuses the publication and nothing is left to confirm."""
        return not self.refused and not self.unconfirmed()

    def unconfirmed(self, names: Collection[str] = ()) -> list[Finding]:
        """The warnings that are neither in `names` nor were confirmed with these values."""
        return [
            one for one in self.warnings if one.name not in names and self.former_confirmation(one) is None
        ]

    def confirmed_before(self) -> list[tuple[Finding, Confirmation]]:
        """The warnings that were confirmed with these values, and by whom."""
        found = [(one, self.former_confirmation(one)) for one in self.warnings]
        return [(one, former) for one, former in found if former is not None]

    def confirmed_by(self, names: Collection[str]) -> dict[str, list[str]]:
        """What these names confirm now, as revisions remember it."""
        return {
            one.name: [*one.values]
            for one in self.warnings
            if one.name in names and self.former_confirmation(one) is None
        }

    def former_confirmation(self, finding: Finding) -> Confirmation | None:
        """Who confirmed this warning with these values in an earlier publication, or None."""
        former = self.confirmed.get(finding.name)
        return former if former is not None and {*finding.values} <= {*former.values} else None

    def check(self, names: Collection[str]) -> None:
        """Raise NotPublishableError if anything refuses the publication; UnconfirmedWarningsError if these names leave a warning."""
        if self.refused:
            raise NotPublishableError([Objection(one.field, one.message) for one in self.refused])
        if self.unconfirmed(names):
            raise UnconfirmedWarningsError(self)


class UnconfirmedWarningsError(Exception):
    """The text could be published, and has warnings that nobody has confirmed."""

    def __init__(self, checklist: Checklist) -> None:
        super().__init__(checklist)
        self.checklist = checklist


def checklist_of(record: Record, copy: Revision | None = None, by: AbstractUser | None = None) -> Checklist:
    """What is to be said before a record is published, or the text of its working copy. Nothing is written.

    `by` is who publishes it, if whether it is their own work matters.
    """
    if copy is None:
        return checklists_of([record], by)[record.pk]
    record = reload(record)
    table, row, others = table_of_record(record), copy.content, ProposedRecords(copy)
    drafts = drafts_named_in(table, row)
    objections = type(record).objections_of([others.record], by, (), others)[record.pk]
    try:
        validate(table, record.pk, row)
        refused = []
    except (ValidationError, ProtectedError) as refusal:
        refused = _invalid_values(record, refusal)
    refused += _objected(record, objections)
    warnings = [*_warnings([others.record], [record])[0], *_warnings_on_drafts(drafts)]
    return Checklist(record, refused, _each_once(warnings), drafts, confirmed_before(record))


def checklists_of(records: Sequence[Record], by: AbstractUser | None = None) -> dict[int, Checklist]:
    """The checklists of records of one model, or of entries, that are published as they are stored, one after the other.

    They are by key in the order of publication, in which an entry comes after those that have to be public for it. What
    cannot be published comes last. As many queries for all as for one of each model.
    """
    checklists: dict[int, Checklist] = {}
    objections: dict[int, list[Objection]] = {}
    together_with = {record.pk for record in records if isinstance(record, Entry)}
    for model in dict.fromkeys(map(model_of, records)):
        keys = [record.pk for record in records if model_of(record) is model]
        checklists |= _checklists_of_model(model, keys)
        texts = [checklists[key].record for key in keys if key in checklists]
        objections |= model.objections_of(texts, by, together_with)
    refused = {key for key, checklist in checklists.items() if checklist.refused}
    published = _in_order(objections, refused)
    left = {
        key: [one for one in objections[key] if one.other not in published]
        for key in checklists
        if key not in published
    }
    return {key: checklists[key] for key in published} | {
        key: replace(one, refused=[*one.refused, *_objected(one.record, left[key])])
        for key, one in checklists.items()
        if key in left
    }


def _checklists_of_model(model: type[Record], keys: Sequence[int]) -> dict[int, Checklist]:
    """The checklists of the stored records with these keys, without the objections to their publication."""
    lists = [one.name for one in model._meta.many_to_many]
    cited = ["citations"] if hasattr(model, "citations") else []
    texts = [*model._default_manager.filter(pk__in=keys).prefetch_related(*lists, *cited).order_by("pk")]
    drafts, confirmed = drafts_named_by_each(model, keys), confirmed_before_each(model, keys)
    table = table_of(model)
    # The database has seen to the constraints.
    invalid = refusals(table, table.whole_rows_of(keys), References(DatedRecords()))
    on_drafts = defaultdict(list)
    for finding in _warnings_on_drafts([*dict.fromkeys(chain.from_iterable(drafts.values()))]):
        on_drafts[finding.record].append(finding)
    found = {}
    for text, own in zip(texts, _warnings(texts, texts) if texts else [], strict=True):
        named = drafts.get(text.pk, [])
        refused = _invalid_values(text, invalid[text.pk]) if text.pk in invalid else []
        warnings = _each_once([*own, *chain.from_iterable(on_drafts[draft] for draft in named)])
        found[text.pk] = Checklist(text, refused, warnings, named, confirmed.get(text.pk, {}))
    return found


def _in_order(objections: Mapping[int, Sequence[Objection]], refused: Collection[int]) -> list[int]:
    """The keys of what can be published one after the other: nothing is objected but that others before have to be public."""
    waiting = {key: {one.other for one in found} for key, found in objections.items() if key not in refused}
    ordered: dict[int | None, None] = {}
    while ready := [key for key, others in waiting.items() if others <= ordered.keys()]:
        ordered |= dict.fromkeys(ready)
        waiting = {key: others for key, others in waiting.items() if key not in ordered}
    return [key for key in ordered if key is not None]


def confirmed_before(record: Record) -> dict[str, Confirmation]:
    """What was confirmed in earlier publications of a record: of each name, the last values."""
    return confirmed_before_each(type(record), [record.pk]).get(record.pk, {})


def confirmed_before_each(model: type[Record], keys: Collection[int]) -> dict[int, dict[str, Confirmation]]:
    """The same of several records of a model, by their keys."""
    found: dict[int, dict[str, Confirmation]] = defaultdict(dict)
    revisions = Revision.objects.for_keys(model, keys).exclude(confirmed_warnings={})
    for revision in revisions.order_by("number").select_related("created_by").defer("content"):
        for name, values in revision.confirmed_warnings.items():
            found[revision.record][name] = Confirmation(values, revision.created_by, revision.created_at)
    return found


def confirmed_labels(revision: Revision) -> list[str]:
    """What a revision says was confirmed, in words, for its history; that of a draft published with it begins with its title."""
    found = []
    for name in revision.confirmed_warnings:
        prefix, _separator, check = name.rpartition(":")
        if check not in CHECKS:
            continue
        table, _separator, slug = prefix.partition(":")
        model: type[Model] = apps.get_model("timeline", table) if table else revision.model
        label = CHECKS[check].label_for(model)
        if table:
            title = model._default_manager.filter(slug=slug).values_list("title", flat=True).first()
            label = _("%(title)s: %(label)s") % {"title": title or slug, "label": label}
        found.append(label)
    return [*dict.fromkeys(found)]


def _warnings(texts: Sequence[Record], records: Sequence[Record]) -> list[list[Finding]]:
    """The warnings on each of these texts of one model, of which there is at least one; `records` are those they are of.

    As many queries for all as for one.
    """
    found: list[list[Finding]] = [[] for _text in texts]
    model = type(texts[0])
    for check in CHECKS.values():
        if check.name in settings.SKIPPED_CHECKS or not issubclass(model, check.applies_to):
            continue
        values_of_each, field = check.find_each(texts), check.field_of(model)
        messages = check.messages(model, values_of_each)
        for own, record, values, message in zip(found, records, values_of_each, messages, strict=True):
            if values is not None:
                own.append(Finding(Level.WARNED, record, message, field, check.name, check, [*values]))
    return found


def _each_once(warnings: Sequence[Finding]) -> list[Finding]:
    """The warnings without those of a draft source that what cites it has as well."""
    cited = {
        (one.check, value) for one in warnings if not isinstance(one.record, Source) for value in one.values
    }
    return [
        one
        for one in warnings
        if not (isinstance(one.record, Source) and (one.check, one.record.slug) in cited)
    ]


def _warnings_on_drafts(drafts: Sequence[Record]) -> Iterator[Finding]:
    """The warnings on drafts that come along, each named after its draft as well."""
    for model in dict.fromkeys(type(draft) for draft in drafts):
        rows = model._default_manager.filter(pk__in=[one.pk for one in drafts if type(one) is model])
        some = [*(rows.prefetch_related("citations") if hasattr(model, "citations") else rows).order_by("pk")]
        for draft, warnings in zip(some, _warnings(some, some), strict=True):
            prefix = f"{slug_owner_name(model)}:{draft.slug}:"
            yield from (replace(one, name=prefix + one.name) for one in warnings)


def _objected(record: Record, objections: Sequence[Objection]) -> list[Finding]:
    return [Finding(Level.REFUSED, record, one.message, one.field) for one in objections]


def _invalid_values(record: Record, refusal: ValidationError | ProtectedError) -> list[Finding]:
    """What no form would save: HTML in a text, a reference to what is gone."""
    if isinstance(refusal, ProtectedError):
        return [Finding(Level.REFUSED, record, str(refusal.args[0]))]
    by_field = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
    return [
        Finding(Level.REFUSED, record, message, "" if name == NON_FIELD_ERRORS else name)
        for name, messages in by_field.items()
        for message in messages
    ]
