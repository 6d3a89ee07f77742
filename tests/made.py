"""Many public entries of all kinds, written in bulk, with more reference records than a facet shows."""

import datetime
import random

from django.db import connection
from django.utils import timezone

from tests import factories as make
from timeline.models import (
    Area,
    Citation,
    Entry,
    Goal,
    Milestone,
    Organization,
    PilotDesignation,
    Policy,
    SearchDocument,
    Source,
    Topic,
)
from timeline.rows.bulk import insert, link

WORDS = ("智慧城市", "数据资源", "光网", "宽带", "城市大脑", "港口", "规划", "一张网")
# Of records that entries refer to; a facet shows 40.
REFERENCES = 50


class MadeChronicle:
    """Three phases and 50 records of each other model; `add()` writes entries, the same every time."""

    def __init__(self) -> None:
        self.phases = [
            make.make_phase(slug=f"phase-{number}", period=period)
            for number, period in enumerate(("2005/2010", "2010/2015", "2016/.."))
        ]
        self.references = {
            model: [
                make.make_reference(model, slug=f"{model._meta.model_name}-{n}") for n in range(REFERENCES)
            ]
            for model in (Topic, Organization, Area, Source)
        }
        self.by = make.make_user()
        self.chance = random.Random(5)
        self.count = 0

    def add(self, count: int) -> None:
        """Publish this number of further entries."""
        made = [self._entry() for _ in range(count)]
        for model in (Policy, PilotDesignation, Milestone, Goal):
            insert(model, [entry for entry in made if type(entry) is model])
        SearchDocument.objects.write(made)
        topics, sources = self.references[Topic], self.references[Source]
        link(
            Entry.topics.through,
            ("entry", "topic"),
            [(entry.pk, topic.pk) for entry in made for topic in self.chance.sample(topics, k=2)],
        )
        organizations = self.references[Organization]
        for model, names in (
            (Policy, ("policy", "issuers")),
            (PilotDesignation, ("pilotdesignation", "authorities")),
            (Milestone, ("milestone", "organizations")),
        ):
            through = model._meta.get_field(names[1]).remote_field.through
            of_kind = [entry for entry in made if type(entry) is model]
            pairs = [(entry.pk, self.chance.choice(organizations).pk) for entry in of_kind]
            link(through, (names[0], "organization"), pairs)
        of_kind = [entry for entry in made if type(entry) is Milestone]
        pairs = [(entry.pk, self._key(Area)) for entry in of_kind]
        link(Milestone.areas.through, ("milestone", "area"), pairs)
        # An area can be named in two columns of one entry.
        of_kind = [entry for entry in made if type(entry) is PilotDesignation]
        pairs = [(entry.pk, key) for entry in of_kind for key in {entry.designee_id, self._key(Area)}]
        link(PilotDesignation.areas.through, ("pilotdesignation", "area"), pairs)
        Citation.objects.bulk_create(
            Citation(entry_id=entry.pk, source_id=self.chance.choice(sources).pk, locator=locator)
            for entry in made
            for locator in ("¶1", "¶2")
        )
        if connection.vendor == "postgresql":
            # Autovacuum, which does this, does not see what is not committed.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _key(self, model: type) -> int:
        return int(self.chance.choice(self.references[model]).pk)

    def _entry(self) -> Entry:
        chance, self.count = self.chance, self.count + 1
        model = chance.choices((Policy, PilotDesignation, Milestone, Goal), (40, 10, 35, 15))[0]
        # A third of all are of one year.
        year = 2013 if chance.random() < 0.3 else chance.randrange(2001, 2025)
        month, day = chance.randrange(1, 13), chance.randrange(1, 29)
        forms = ("", f"{year}", f"{year}-{month:02}", f"{year}-{month:02}-{day:02}", f"{year}/{year + 2}")
        entry = model(
            slug=f"made-{self.count:05}",
            title=f"{chance.choice(WORDS)}第{self.count}号",
            summary="，".join(chance.choices(WORDS, k=8)),
            date=chance.choices(forms, (1, 2, 3, 3, 1))[0],
            status="published",
            published_at=timezone.now() - datetime.timedelta(days=1),
            published_by=self.by,
        )
        if isinstance(entry, Policy):
            entry.document_type = chance.choice(("plan", "opinions", "notice"))
        if isinstance(entry, PilotDesignation):
            entry.programme, entry.designee_id = "试点", self._key(Area)
        if isinstance(entry, Goal):
            entry.target = chance.choice(("", f"{year + 5}", "2999"))
        begun = [phase for phase in self.phases if phase.sort_earliest.year <= year]
        entry.phase = begun[-1] if begun and chance.random() < 0.9 else None
        entry.phase_is_set = True
        entry.derive()
        return entry
