"""A small chronicle in which everything refers to everything, for tests that visit every page."""

import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests import factories as make
from tests.statuses import bring_to
from timeline.models import Area, Entry, Organization, Phase, Source, Topic
from timeline.public import urls
from timeline.rows.tables import table_of


@dataclass
class World:
    """The records that entries refer to, and the entries made so far."""

    phase: Any
    topic: Any
    organization: Any
    area: Any
    source: Any
    user: Any
    origin: Any = None
    entries: list[Entry] = field(default_factory=list)


def make_world() -> World:
    make.make_chronicle(title="测试编年", about="关于", corrections="更正", corrections_email="a@example.org")
    phase = make.make_phase(period="2011/2015", summary="阶段摘要", editor_note="阶段说明")
    topic = make.make_topic(description="专题简介")
    topic.phases.add(phase)
    area = make.make_area()
    make.make_area(parent=area)
    world = World(phase, topic, make.make_organization(), area, make.make_source(), make.make_user())
    world.origin = add_entries(world, "起点")[0]
    return world


def add_entries(world: World, marker: str, *, status: str = "published", **kw: Any) -> list[Entry]:
    """One entry of each kind that refers to everything in the world; `marker` stands in every text of theirs.

    `status` is a status of the workflow or scheduled. The first is the policy.
    """
    texts = {name: f"{marker}{name}" for name in ("title", "title_en", "summary", "body", "editor_note")} | {
        "topics": [world.topic]
    }
    texts |= kw
    policy = make.make_policy(**texts, date="2013-01", issuers=[world.organization])
    designation = make.make_designation(
        **texts, designee=world.area, areas=[world.area], authority=world.organization, phase=world.phase
    )
    milestone = make.make_milestone(
        **texts,
        date="2014",
        policies=[p for p in (policy, world.origin) if p],
        organizations=[world.organization],
    )
    goal = make.make_goal(**texts, declared_by=world.origin or policy, target="2015")
    make.make_assessment(goal, source=world.source, note=f"{marker}note")
    if world.origin:
        make.make_relation(policy, "implements", world.origin)
        make.make_relation(world.origin, "based_on", policy)
        make.make_goal(**texts, declared_by=policy)
    for entry in (policy, designation, milestone, goal):
        make.make_citation(entry, source=world.source, locator="¶1", date="2010", wording=f"{marker}wording")
        world.entries.append(entry)
    bring_to((policy, designation, milestone, goal), status, by=world.user, reason=f"{marker}reason")
    return [policy, designation, milestone, goal]


def files() -> list[str]:
    """Every public address that is no page."""
    return [reverse(f"timeline:{pattern.name}") for pattern in urls.files]


def addresses(world: World) -> list[str]:
    """The address of every public page of this world: one of each that has no slug, one a record of each that has."""
    named = {"phase": [world.phase], "topic": [world.topic], "organization": [world.organization]}
    named |= {"area": [world.area], "source": [world.source]}
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
    """The address of every public page, of each record that there is."""
    named = [Phase, Topic, Organization, Area, Source, Entry]
    lists = [pattern for pattern in urls.pages if not pattern.pattern.converters]
    return [reverse(f"timeline:{pattern.name}") for pattern in lists] + [
        record.get_absolute_url() for model in named for record in model.objects.all()
    ]


def texts_of(answer: Any) -> list[str]:
    """What a file or a page holds, of archives and workbooks the files within."""
    content = answer.getvalue()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content.decode()]
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [archive.read(name).decode() for name in archive.namelist()]


def revised(entry: Entry, world: World, policy: Entry) -> dict[str, Any]:
    """A whole row of the entry with something new in every list, every part and the columns that others follow."""
    table = table_of(type(entry))
    texts = {name: f"新的{name}" for name in ("title", "title_en", "summary", "body", "editor_note")}
    row = table.whole_row_of(entry) | texts | {"topics": [world.topic.slug], "date": "2012-06"}
    lists = {"issuers": world.organization, "areas": world.area, "policies": policy}
    row |= {name: [named.slug] for name, named in lists.items() if name in table.columns}
    row["citations"] = [
        {"source": world.source.slug, "locator": f"¶{number}", "number": 1, "wording": "原话", "date": "2013"}
        for number in (1, 2)
    ]
    if "relations" in row:
        row["relations"] = [{"type": "implements", "to": world.origin.slug}]
    if "assessments" in row:
        row |= {"declared_by": policy.slug, "target": "2015"}
        row["assessments"] = [
            {
                "date": "2016",
                "delivery": "achieved",
                "evidence": "independent",
                "source": world.source.slug,
                "locator": "¶3",
                "note": "评估说明",
                "note_en": "",
            }
        ]
    return row
