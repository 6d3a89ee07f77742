"""A small chronicle in which everything refers to everything, for tests that visit every page."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests import factories as make
from tests.statuses import bring_to, perform
from timeline.models import (
    REFERENCES,
    Area,
    Entry,
    Goal,
    Kind,
    Milestone,
    Organization,
    Phase,
    PilotDesignation,
    Policy,
    Source,
    Topic,
)
from timeline.models.evidence import REFERENCE_CITATIONS
from timeline.models.fields import LineField, ProseField
from timeline.models.kinds import own_fields
from timeline.models.reference import Reference
from timeline.public import urls
from timeline.public.sitemaps import PAGES, SitemapPart
from timeline.rows.tables import table_of
from timeline.workflow import ENDED, Status, transition_to


@dataclass
class World:
    """One reference record of each model, to which entries refer, and the entries created so far."""

    references: dict[type[Reference], Any]
    user: Any
    origin: Any = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def phase(self) -> Any:
        return self.references[Phase]

    @property
    def topic(self) -> Any:
        return self.references[Topic]

    @property
    def organization(self) -> Any:
        return self.references[Organization]

    @property
    def area(self) -> Any:
        return self.references[Area]

    @property
    def source(self) -> Any:
        return self.references[Source]


def make_world() -> World:
    make.make_chronicle(title="测试编年", about="关于", corrections="更正", corrections_email="a@example.org")
    texts: dict[type[Reference], dict[str, str]] = {
        Phase: {"period": "2011/2015", "summary": "阶段摘要", "editor_note": "阶段说明"},
        Topic: {"description": "专题简介"},
    }
    records = {model: make.make_reference(model, **texts.get(model, {})) for model in REFERENCES}
    world = World(records, make.make_user())
    world.topic.phases.add(world.phase)
    make.make_area(parent=world.area)
    world.origin = add_entries(world, "起点")[0]
    return world


def add_entries(world: World, marker: str, *, status: str = "published", **kw: Any) -> list[Entry]:
    """Create one entry of each kind that refers to all records of the world. The first is the policy.

    `marker` is part of every text. `status` is a status of the workflow or "scheduled".
    """
    texts = {name: f"{marker}{name}" for name in ("title", "title_en", "summary", "body", "editor_note")}
    texts |= _references(Entry, world, []) | kw
    # Only set on the entry without a date: others get their phase by their date.
    phase = texts.pop("phase")
    policy = make.make_policy(**texts, date="2013-01", **_references(Policy, world, []))
    designation = make.make_designation(**texts, phase=phase, **_references(PilotDesignation, world, []))
    policies = {"policies": [p for p in (policy, world.origin) if p]}
    milestone = make.make_milestone(
        **texts, date="2014", **(_references(Milestone, world, [policy]) | policies)
    )
    goal_references = _references(Goal, world, [policy]) | {"declared_by": world.origin or policy}
    goal = make.make_goal(**texts, target="2015", **goal_references)
    make.make_assessment(goal, source=world.source, note=f"{marker}note")
    if world.origin:
        make.make_relation(policy, "implements", world.origin)
        make.make_relation(world.origin, "based_on", policy)
        make.make_goal(**texts, declared_by=policy)
    entries = [policy, designation, milestone, goal]
    for model, make_entry in make.ENTRY_MAKERS.items():
        if not any(type(entry) is model for entry in entries):
            entries.append(make_entry(**texts, date="2014", **_references(model, world, entries)))
    for entry in entries:
        make.make_citation(
            entry,
            source=world.source,
            locator="¶1",
            date="2010",
            quotation=f"{marker}quotation",
            remark=f"{marker}remark",
        )
        world.entries.append(entry)
    bring_to(entries, status, by=world.user, reason=f"{marker}reason")
    return entries


def add_references(world: World, marker: str, *, status: str) -> list[Any]:
    """Create a record of each reference model in a status that is not public, with `marker` in every text.

    They refer to those of the world and to each other, and entries of the same status and drafts refer to them.
    """
    hidden = World({}, world.user)
    for model in REFERENCES:
        texts = {
            column.name: f"{marker}{column.name}"[: column.max_length]
            for column in own_fields(model)
            if isinstance(column, LineField | ProseField)
        }
        slug = f"hidden-{status}-{model._meta.model_name}"
        # It shares a year with that of the world, and begins after the dates of entries, which are not placed in it.
        period = {"period": "2015/2016"} if model is Phase else {}
        hidden.references[model] = make.make_reference(
            model, **texts | period | {"slug": slug, "published": False}
        )
    hidden.topic.phases.set([world.phase, hidden.phase])
    hidden.area.parent = world.area
    hidden.area.save()
    within = make.make_area(
        title=f"{marker}title", slug=f"hidden-{status}-within", parent=hidden.area, published=False
    )
    for citation in REFERENCE_CITATIONS:
        for source in (world.source, hidden.source):
            owner = hidden.references[citation.owner_model()]
            texts = {"source": source, "remark": f"{marker}remark"}
            citation._default_manager.create(**{citation.OWNER_FIELD: owner}, **texts)
    add_entries(hidden, marker, status=status)
    # What names others comes first, since nothing is withdrawn that something public names.
    records = [within, *reversed(hidden.references.values())]
    for record in records:
        # Publishing the entries has published what they name.
        record.refresh_from_db()
        if record.status == Status.DRAFT:
            bring_to([record], status, by=world.user, reason=f"{marker}reason")
        elif status in ENDED:
            perform(record, transition_to(status), by=world.user, reason=f"{marker}reason")
    add_entries(hidden, marker, status=Status.DRAFT)
    return records


def _references(model: type[Entry], world: World, entries: list[Entry]) -> dict[str, Any]:
    """Return a record of the world or one of these entries for each relation of a kind."""
    found = {}
    for column in own_fields(model):
        if column.is_relation:
            record = _record_of(column.related_model, world, entries)
            found[column.name] = [record] if column.many_to_many else record
    return found


def _record_of(model: type[Any], world: World, entries: list[Entry]) -> Any:
    if not issubclass(model, Entry):
        return world.references[model]
    found = next(entry for entry in (*entries, world.origin) if isinstance(entry, model))
    return Entry.objects.get(pk=found.pk) if model is Entry else found


def files() -> list[str]:
    """Return the public URLs that are not pages, in the default language."""
    return [reverse(f"timeline:{pattern.name}") for pattern in urls.files]


def site_files() -> list[str]:
    """Return the public URLs of text that are once on the site, whatever the language, the first part of each section of the
    sitemap included."""
    named = [pattern for pattern in urls.site_urlpatterns if not pattern.pattern.converters]
    sections = [PAGES, *(kind.folder for kind in Kind), *(model.PLURAL for model in REFERENCES)]
    return [
        *(reverse(f"site:{pattern.name}") for pattern in named if pattern.name != "favicon"),
        *(SitemapPart(section).address for section in sections),
    ]


def addresses(world: World) -> list[str]:
    """Return the URLs of all public pages of this world: those without a slug, and those of each record."""
    named = {model._meta.model_name: [record] for model, record in world.references.items()}
    found = []
    for pattern in urls.pages:
        if not pattern.pattern.converters:
            found.append(reverse(f"timeline:{pattern.name}"))
            continue
        kind = pattern.name.removesuffix("-detail")
        records = named.get(kind) or [
            entry for entry in world.entries if entry.kind == kind.replace("-", "_")
        ]
        assert records, f"no record for {pattern.name}: add its kind to the world"
        found += [reverse(f"timeline:{pattern.name}", args=[record.slug]) for record in records]
    return found


def addresses_of_all() -> list[str]:
    """Return the URLs of all public pages, including those of every public record."""
    lists = [pattern for pattern in urls.pages if not pattern.pattern.converters]
    return [reverse(f"timeline:{pattern.name}") for pattern in lists] + [
        record.get_absolute_url()
        for model in (*REFERENCES, Entry)
        for record in model._default_manager.published()
    ]


def texts_of(answer: Any) -> list[str]:
    """Return the text of a response, for archives and workbooks that of each file within."""
    content = answer.getvalue()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content.decode()]
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [archive.read(name).decode() for name in archive.namelist()]


def revised(entry: Entry, world: World, policy: Entry) -> dict[str, Any]:
    """Return a whole row of the entry with new texts, lists, parts, and dates that other entries follow."""
    table = table_of(type(entry))
    texts = {name: f"新的{name}" for name in ("title", "title_en", "summary", "body", "editor_note")}
    row = table.whole_row_of(entry) | texts | {"topics": [world.topic.slug], "date": "2012-06"}
    for name, column in table.columns.items():
        if column.is_many_to_many and name != "topics":
            row[name] = [_record_of(column.field.related_model, world, [policy]).slug]
    row["citations"] = [
        {
            "source": world.source.slug,
            "locator": f"¶{number}",
            "number": 1,
            "quotation": "原话",
            "quotation_en": "Words",
            "remark": "按语",
            "remark_en": "",
            "weight": 0,
            "date": "2013",
        }
        for number in (1, 2)
    ]
    if "relations" in row:
        said = {"change": "改动", "change_en": "Change"}
        row["relations"] = [{"type": "implements", "to": world.origin.slug, **said}]
    if "assessments" in row:
        row |= {"declared_by": policy.slug, "target": "2015"}
        row["assessments"] = [
            {
                "date": "2016",
                "number": 1,
                "delivery": "achieved",
                "evidence": "independent",
                "note": "评估说明",
                "note_en": "",
            }
        ]
        row["assessment_citations"] = [
            {
                "assessment_date": "2016",
                "assessment_number": 1,
                "source": world.source.slug,
                "locator": locator,
                "number": 1,
                "quotation": "",
                "quotation_en": "",
                "remark": "",
                "remark_en": "",
                "weight": 0,
                "date": None,
            }
            for locator in ("¶3", "¶4")
        ]
    return row
