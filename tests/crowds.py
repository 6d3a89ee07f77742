"""A chronicle in which very many records refer to the same few, written in bulk."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import (
    Area,
    AssessmentCitation,
    Citation,
    Entry,
    Goal,
    GoalAssessment,
    Milestone,
    Organization,
    PilotDesignation,
    Policy,
    PolicyRelation,
    Revision,
    Source,
    Topic,
)
from timeline.rows import bulk
from timeline.workflow import Status

# Of ten entries.
PROPORTIONS = [(Goal, 6), (Policy, 2), (PilotDesignation, 1), (Milestone, 1)]


@dataclass
class Crowd:
    """The records that all others refer to, and the entries that do."""

    user: Any = None
    phase: Any = None
    topic: Any = None
    organization: Any = None
    area: Any = None
    source: Any = None
    # What assesses many goals.
    report: Any = None
    # A policy to which every other entry is related, and a goal with many assessments.
    policy: Any = None
    goal: Any = None
    size: int = 0
    drafts: list[Entry] = field(default_factory=list)

    def addresses(self) -> list[str]:
        records = (self.phase, self.topic, self.organization, self.area, self.source, self.policy, self.goal)
        of_policy = ("history", "citations", "related/policies", "related/goals", "related/milestones")
        return [
            *(record.get_absolute_url() for record in records),
            *(f"{self.policy.get_absolute_url()}{part}/" for part in of_policy),
            f"{self.goal.get_absolute_url()}assessments/",
            f"{self.topic.get_absolute_url()}citations/",
            *(f"/{name}/" for name in ("goals", "relations", "topics", "organizations", "areas", "sources")),
        ]


def make_crowd() -> Crowd:
    area, organization, source = make.make_area(), make.make_organization(), make.make_source()
    phase = make.make_phase(period="2011/2020")
    crowd = Crowd(make.make_user(), phase, make.make_topic(), organization, area, source, make.make_source())
    crowd.policy = make.make_policy(title="起点", date="2011", published=True)
    crowd.goal = make.make_goal(title="多次评估", target="2015", published=True)
    crowd.drafts = [maker(title="草稿", topics=[crowd.topic]) for maker in make.ENTRY_MAKERS.values()]
    return crowd


def grow(crowd: Crowd, size: int) -> None:
    """Add entries, other records and parts up to this size; of the revisions and citations of the policy and the topic a part."""
    numbers = range(crowd.size, size)
    entries = [entry for number in numbers for entry in [_entry(crowd, number)]]
    for model, _share in PROPORTIONS:
        bulk.insert(model, [entry for entry in entries if type(entry) is model])
    keys = {model: [entry.pk for entry in entries if type(entry) is model] for model, _share in PROPORTIONS}
    _link(Entry.topics, ("entry", "topic"), [entry.pk for entry in entries], crowd.topic.pk)
    _link(Policy.issuers, ("policy", "organization"), keys[Policy], crowd.organization.pk)
    _link(
        PilotDesignation.authorities,
        ("pilotdesignation", "organization"),
        keys[PilotDesignation],
        crowd.organization.pk,
    )
    _link(Milestone.organizations, ("milestone", "organization"), keys[Milestone], crowd.organization.pk)
    _link(Milestone.policies, ("milestone", "policy"), keys[Milestone], crowd.policy.pk)
    locators = {entry.pk: f"第{number}段" for number, entry in zip(numbers, entries, strict=True)}
    Citation.objects.bulk_create(
        Citation(entry_id=key, source=crowd.source, locator=locator, date="2013" if key % 3 else None)
        for key, locator in locators.items()
    )
    PolicyRelation.objects.bulk_create(
        PolicyRelation(from_policy_id=key, type="implements", to_policy=crowd.policy) for key in keys[Policy]
    )
    parts = range(crowd.size // 3, size // 3)
    public = {"status": Status.PUBLISHED, "published_at": timezone.now(), "published_by": crowd.user}
    for model in (Source, Organization, Area, Topic):
        parent = {"parent": crowd.area} if model is Area else {}
        names = ((f"{model.PLURAL}-{number}", f"其他{number}") for number in parts)
        records = [model(slug=slug, title=title, **parent, **public) for slug, title in names]
        model._default_manager.bulk_create(records)
        if model is Topic:
            crowd.phase.topics.add(*records)
    of_policy = {"entry_id": crowd.policy.pk, "source": crowd.source}
    Citation.objects.bulk_create(Citation(**of_policy, locator=f"第{number}页") for number in parts)
    crowd.topic.citations.bulk_create(
        crowd.topic.citations.model(topic=crowd.topic, source=crowd.source, locator=f"第{number}页")
        for number in parts
    )
    first_day = datetime.date(2016, 1, 1)
    dates = [first_day + datetime.timedelta(number) for number in parts]
    _assess([(crowd.goal.pk, date) for date in dates], [crowd.source, crowd.report])
    _assess([(key, str(year)) for key in keys[Goal][::3] for year in range(2021, 2024)], [crowd.report])
    _revise(crowd, crowd.policy, "summary", len(parts))
    _revise(crowd, crowd.topic, "description", len(parts))
    crowd.size = size


def _assess(goals: list[tuple[int, Any]], sources: list[Any]) -> None:
    """Add an assessment of each of these goals on that date, with several citations of each of these sources."""
    judged = {"delivery": "partly", "evidence": "independent"}
    GoalAssessment.objects.bulk_create(
        GoalAssessment(goal_id=key, date=date, **judged) for key, date in goals
    )
    AssessmentCitation.objects.bulk_create(
        AssessmentCitation(goal_id=key, assessment_date=date, source=source, locator=f"第{page}页")
        for key, date in goals
        for source in sources
        for page in range(1, 5)
    )


def _entry(crowd: Crowd, number: int) -> Entry:
    (model, _share), *_rest = [
        share
        for place, share in enumerate(PROPORTIONS)
        if number % 10 < sum(size for _model, size in PROPORTIONS[: place + 1])
    ]
    columns: dict[str, Any] = {"date": f"{2011 + number % 10}-{1 + number % 12:02}"}
    if model is Policy:
        columns["document_type"] = "plan"
    elif model is PilotDesignation:
        columns |= {"programme": "试点", "designee": crowd.area}
    elif model is Goal:
        columns |= {
            "declared_by_id": crowd.policy.pk,
            "target": str(2015 + number % 20) if number % 7 else None,
        }
    entry = model(
        slug=f"crowd-{number}",
        title=f"第{number}件事",
        summary="摘要" * 20,
        phase=crowd.phase,
        status=Status.PUBLISHED,
        published_at=timezone.now(),
        published_by=crowd.user,
        created_at=timezone.now(),
        changed_at=timezone.now(),
        **columns,
    )
    entry.derive()
    return entry


def _link(relation: Any, names: tuple[str, str], keys: list[int], to: int) -> None:
    bulk.link(relation.through, names, [(key, to) for key in keys])


def _revise(crowd: Crowd, record: Any, column: str, count: int) -> None:
    """Add revisions of a record, each with another text in this column."""
    record = type(record).objects.get(pk=record.pk)
    record_revision(record, by=crowd.user, comment="起")
    last = Revision.objects.for_record(record).order_by("-number")[0]
    now = timezone.now()
    Revision.objects.bulk_create(
        Revision(
            table=last.table,
            record=last.record,
            number=last.number + number,
            kind=last.kind,
            title=last.title,
            created_at=now,
            created_by=crowd.user,
            status=last.status,
            public_from=last.public_from,
            content=last.content | {column: f"摘要{last.number + number}"},
        )
        for number in range(1, count + 1)
    )
