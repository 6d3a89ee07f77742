"""Structured data of entries: Legislation for policies, Event for dated milestones, Article for the rest.

A property is written only where a column has exactly its meaning. The own date of a policy, which may be that of the
document or of its publication, is neither of these, but the less exact `temporal`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from timeline.i18n.display import CONTENT_LANGUAGE, alternative_titles, localized_text
from timeline.i18n.languages import current_language, language_tag
from timeline.models import (
    Area,
    Chronicle,
    Entry,
    Kind,
    Milestone,
    Organization,
    PilotDesignation,
    Policy,
    PolicyRelation,
    Topic,
)
from timeline.models.entry_queryset import is_public, link_columns
from timeline.models.evidence import RelationType
from timeline.models.policies import Validity
from timeline.models.records import Record
from timeline.public.cited_works import authors_of_pages
from timeline.public.metadata.dates import iso_date, iso_ends, iso_interval
from timeline.public.metadata.json_ld import Node, filled, node
from timeline.public.metadata.pages import PageMetadata, PreviewImage, page_metadata
from timeline.public.metadata.trails import record_trail

# The most other policies to which the relations of one lead.
MAX_RELATIONS = 20
# By the type of a relation, what the policy is to the other one.
RELATION_PROPERTIES = {
    RelationType.IMPLEMENTS: "legislationEnsuresImplementationOf",
    RelationType.BASED_ON: "isBasedOn",
    RelationType.AMENDS: "legislationChanges",
    RelationType.SUPERSEDES: "legislationChanges",
}
# Whether a document has legal force, where its validity tells; an amended one may have.
LEGAL_FORCE = {
    Validity.IN_FORCE: "https://schema.org/InForce",
    Validity.NOT_YET: "https://schema.org/NotInForce",
    Validity.REPEALED: "https://schema.org/NotInForce",
    Validity.LAPSED: "https://schema.org/NotInForce",
}


# The kind of the entry.
Shown = TypeVar("Shown", bound=Entry)


@dataclass(frozen=True)
class EntryPage(Generic[Shown]):
    """The page of a public entry whose related records have been read, with its public topics."""

    request: HttpRequest
    chronicle: Chronicle
    entry: Shown
    topics: Iterable[Topic] = ()

    def absolute(self, record: Record) -> str:
        return self.request.build_absolute_uri(record.get_absolute_url())

    def named(self, type: str, record: Record) -> Node:
        """A record with its name and the address of its page."""
        return node(type, name=localized_text(record, "title"), url=self.absolute(record))

    def organizations(self, organizations: Iterable[Organization]) -> list[Node]:
        return [self.named("Organization", organization) for organization in organizations]

    def page(self) -> Node:
        """The page itself, of which the entry is the main entity."""
        entry = self.entry
        return node(
            "WebPage",
            **{"@id": self.absolute(entry)},
            inLanguage=language_tag(current_language()),
            datePublished=timezone.localtime(entry.published_at).isoformat(timespec="seconds"),
            dateModified=timezone.localtime(entry.changed_at).isoformat(timespec="seconds"),
        )

    def common(self, places: Iterable[Area] = ()) -> Node:
        """The properties that every thing may have, and its subjects, these places first."""
        entry = self.entry
        return filled(
            {
                "name": localized_text(entry, "title"),
                "alternateName": [title for _tag, title in alternative_titles(entry)],
                "description": localized_text(entry, "summary"),
                "url": self.absolute(entry),
                "mainEntityOfPage": self.page(),
                "about": [
                    *(self.named("Place", area) for area in places),
                    *(self.named("DefinedTerm", topic) for topic in self.topics),
                ],
            }
        )


def legislation(page: EntryPage[Policy]) -> Node:
    """A policy as the document that it is."""
    policy = page.entry
    related: dict[str, list[Node]] = {}
    for relation in _public_relations(policy):
        found = related.setdefault(RELATION_PROPERTIES[RelationType(relation.type)], [])
        found.append(page.named("Legislation", relation.to_policy))
    return node(
        "Legislation",
        **page.common(),
        sameAs=policy.official_url,
        inLanguage=language_tag(CONTENT_LANGUAGE),
        legislationIdentifier=str(policy.document_number or ""),
        legislationType=str(policy.get_document_type_display()),
        legislationPassedBy=page.organizations(policy.issuers.all()),
        legislationDate=iso_date(policy.issued),
        datePublished=iso_date(policy.published_on),
        temporal="" if policy.issued or policy.published_on else iso_date(policy.date),
        legislationDateOfApplicability=iso_date(policy.effective_from),
        temporalCoverage=iso_interval(policy.covers),
        legislationLegalForce=LEGAL_FORCE.get(Validity(policy.validity)) if policy.validity else None,
        **related,
    )


def _public_relations(policy: Policy) -> Iterable[PolicyRelation]:
    """The first relations of the policy to public ones."""
    to_public = policy.relations.filter(is_public("to_policy"))
    columns = (f"to_policy__{column}" for column in link_columns(Policy))
    first = to_public.select_related("to_policy").order_by("type", "pk")[:MAX_RELATIONS]
    return first.only("type", "from_policy", *columns)


def event(page: EntryPage[Milestone]) -> Node:
    """A milestone as an event, about its areas; without a date that ISO 8601 has, as an article."""
    milestone = page.entry
    start, end = iso_ends(milestone.timeline_date)
    areas = milestone.areas.all()
    if not start:
        return article(page, areas)
    return node(
        "Event",
        **page.common(areas),
        startDate=start,
        endDate=end,
        contributor=page.organizations(milestone.organizations.all()),
    )


def designation(page: EntryPage[PilotDesignation]) -> Node:
    """A pilot designation as an article on the area, which mentions who made it."""
    entry = page.entry
    return article(page, [entry.designee]) | filled({"mentions": page.organizations(entry.authorities.all())})


def article(page: EntryPage, places: Iterable[Area] = ()) -> Node:
    """What the chronicle writes about something for which schema.org has no type."""
    common, own = page.common(places), page.page()
    return node(
        "Article",
        **common,
        headline=common["name"],
        inLanguage=language_tag(current_language()),
        datePublished=own["datePublished"],
        dateModified=own["dateModified"],
        license=page.chronicle.licence_url,
        author=authors(page.request, authors_of_pages(page.chronicle, localized_text)),
        publisher=publisher(page.chronicle),
    )


def authors(request: HttpRequest, names: Iterable[str]) -> list[Node]:
    """Those who are responsible for the chronicle, as references name them, with its address."""
    home = request.build_absolute_uri(reverse("timeline:timeline"))
    return [node("Organization", name=name, url=home) for name in names]


def publisher(chronicle: Chronicle) -> Node:
    """The publisher of the chronicle; {} if it names none."""
    name = localized_text(chronicle, "publisher")
    return node("Organization", name=name) if name else {}


# What an entry of a kind is; of any other, an article.
_NODES: Mapping[str, Callable[[EntryPage], Node]] = {
    Kind.POLICY: legislation,
    Kind.PILOT_DESIGNATION: designation,
    Kind.MILESTONE: event,
}


def entry_node(page: EntryPage) -> Node:
    """The structured data of the entry of this page."""
    return _NODES.get(page.entry.kind, article)(page)


def entry_metadata(page: EntryPage) -> PageMetadata:
    """The metadata of the page of an entry, with a picture of its own."""
    entry = page.entry
    kind = Kind(entry.kind)
    picture = reverse(f"timeline:{kind.url_prefix}-preview", args=[entry.slug])
    date = entry.timeline_date.display(current_language()) if entry.timeline_date else ""
    facts = (localized_text(entry, "title"), str(kind.label), date)
    return page_metadata(
        page.request,
        page.chronicle,
        record_trail(entry),
        [entry_node(page)],
        type="article",
        description=localized_text(entry, "summary"),
        image=PreviewImage(page.request.build_absolute_uri(picture), " · ".join(filter(None, facts))),
        published=entry.published_at,
        modified=entry.changed_at,
    )
