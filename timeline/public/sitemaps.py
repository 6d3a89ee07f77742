"""The sitemap (https://www.sitemaps.org/protocol.html): its parts, and the pages in each."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import EmptyPage, Paginator
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from timeline.models import REFERENCES, Entry, Kind, Revision, content_version
from timeline.models.records import Record, RecordQuerySet
from timeline.workflow import ENDED, TRANSITIONS, Status

# The pages in a part, each in every language: in three languages 1,500 addresses in a megabyte.
PART_SIZE = 500
# The section of the pages that belong to no record.
PAGES = "pages"


@dataclass(frozen=True)
class SitemapPart:
    """A part of the sitemap: its section, its number from 1, and when its pages last changed at the latest, if known."""

    section: str
    number: int = 1
    changed_at: datetime.datetime | None = None

    @property
    def address(self) -> str:
        return reverse("site:sitemap-part", args=[self.section, self.number])


@dataclass(frozen=True)
class MappedPage:
    """A page: its address in the active language, and when the record or the lists that it displays last changed, if known.

    What refers to a reference record, and stands on its page, has a page and a change of its own.
    """

    address: str
    changed_at: datetime.datetime | None = None


def sitemap_parts() -> Iterator[SitemapPart]:
    """All parts, none of them empty."""
    yield SitemapPart(PAGES, changed_at=_latest_change_of_all())
    for name, records in _sections().items():
        parts = _paginator(records)
        if parts.count:
            changed_at = _latest_change(records)
            yield from (SitemapPart(name, number, changed_at) for number in parts.page_range)


def pages_of(part: SitemapPart, url_names: Sequence[str]) -> list[MappedPage]:
    """The pages of a part. `url_names` are those of the pages that belong to no record.

    Raises InvalidPage if there is no such part.
    """
    if part.section == PAGES:
        if part.number != 1:
            raise EmptyPage
        changed_at = _latest_change_of_all()
        return [MappedPage(reverse(f"timeline:{name}"), changed_at) for name in url_names]
    records = _sections().get(part.section)
    if records is None:
        raise EmptyPage
    return [
        MappedPage(record.get_absolute_url(), record.last_public_change)
        for record in _paginator(records).page(part.number)
    ]


def _paginator(records: RecordQuerySet) -> "Paginator[Record]":
    """The records in parts, in an order that a change does not touch: a new one is added to the last part."""
    records = records.by_last_public_change().order_by("pk")
    return Paginator(records, PART_SIZE, allow_empty_first_page=False)


def _sections() -> dict[str, RecordQuerySet]:
    """The records that have a page, by section."""
    entries = Entry.objects.published().only("kind", "slug")
    return {kind.folder: entries.filter(kind=kind) for kind in Kind} | {
        model.PLURAL: model._default_manager.published().only("slug") for model in REFERENCES
    }


def _latest_change_of_all() -> datetime.datetime | None:
    """When readers could last see that a record became public, changed in what is announced, or was withdrawn."""
    ending = [transition.action for transition in TRANSITIONS.values() if transition.ends_publication]
    revisions = Revision.objects.all()
    seen = revisions.with_status(Status.PUBLISHED) | revisions.with_status(*ENDED).filter(action__in=ending)
    # What is only scheduled changes unseen.
    seen = seen.filter(Q(public_from=None) | Q(public_from__lte=F("created_at")))
    changes = seen.filter(applied=True, is_minor=False, created_at__lte=timezone.now())
    latest = changes.order_by("-created_at").values_list("created_at", flat=True).first()
    times = [moment for moment in (latest, content_version.current().last_publication) if moment]
    return max(times, default=None)


def _latest_change(records: RecordQuerySet) -> datetime.datetime | None:
    latest = records.lately_changed(1).first()
    return latest and latest.last_public_change
