"""Feeds of the latest published or changed entries, with the filters of the list: Atom (RFC 4287) and JSON Feed."""

import datetime
import uuid
from functools import cached_property
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, SyndicationFeed

from timeline.filters.entries import EntryFilter
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.i18n.display import localized_text
from timeline.i18n.languages import current_language, language_tag
from timeline.models import Chronicle, Entry, content_version
from timeline.public.json_feed import JSONFeed
from timeline.public.public_history import add_change_notes

# As many as an occasional reader may have missed.
LENGTH = 50
# The namespace of the ids (RFC 9562, version 5). Another one would make everything new to every reader.
NAMESPACE = uuid.UUID("dd97a5da-071f-49bd-aa24-4b55f9c2eaff")


class FeedContext:
    """The chronicle and the filter of a feed."""

    def __init__(self, request: HttpRequest) -> None:
        self.filter = EntryFilter(request.GET, Entry.objects.published())
        self.chronicle = Chronicle.objects.current()

    @cached_property
    def name(self) -> str:
        return localized_text(self.chronicle, "title")

    @property
    def title(self) -> str:
        chips = (removable.chip for removable in self.filter.chips)
        return " · ".join([self.name, *(f"{chip.label} {chip.plain_text}" for chip in chips)])

    @property
    def query(self) -> str:
        return self.filter.condition_query

    def id_of(self, *names: str) -> str:
        """The id of what has these names in the chronicle, in the language of the feed.

        It names neither a host nor a key of the database, so that it is the same after a move or a reload.
        """
        name = "/".join((self.chronicle.slug, *names, language_tag(current_language())))
        return uuid.uuid5(NAMESPACE, name).urn


class AtomFeed(Atom1Feed):
    """Atom, in which a feed without entries was updated with the content, not now."""

    def latest_post_date(self) -> datetime.datetime:
        latest: datetime.datetime = super().latest_post_date() if self.items else self.feed["latest_change"]
        return latest


class EntriesFeed(Feed):
    """The filtered entries, ordered by their last public change, the newest first, as Atom."""

    parameters = ENTRY_PARAMETERS
    feed_type: type[SyndicationFeed] = AtomFeed
    url_name = "timeline:feed"
    description_template = "timeline/_feed_entry.html"

    @property
    def language(self) -> str:  # type: ignore[override]
        return language_tag(current_language())

    def get_object(self, request: HttpRequest, *args: object, **kwargs: object) -> FeedContext:
        return FeedContext(request)

    def title(self, context: FeedContext) -> str:
        return context.title

    def subtitle(self, context: FeedContext) -> str:
        return localized_text(context.chronicle, "tagline")

    def feed_copyright(self, context: FeedContext) -> str:
        return context.chronicle.rights

    def author_name(self, context: FeedContext) -> str:
        return localized_text(context.chronicle, "publisher") or context.name

    def link(self, context: FeedContext) -> str:
        return reverse("timeline:timeline") + context.query

    def feed_url(self, context: FeedContext) -> str:
        return reverse(self.url_name) + context.query

    def feed_guid(self, context: FeedContext) -> str:
        return context.id_of("feed", context.query)

    def feed_extra_kwargs(self, context: FeedContext) -> dict[str, object]:
        return {"latest_change": content_version.current().latest_change}

    def items(self, context: FeedContext) -> list[Entry]:
        found = context.filter.qs.with_first_public_slug().lately_changed(LENGTH)
        entries = [*found.for_cards().with_newest_assessment()]
        add_change_notes(entries)
        for entry in entries:
            entry.guid = context.id_of(entry.kind, entry.first_public_slug)
        return entries

    def item_title(self, entry: Entry) -> str:
        return localized_text(entry, "title")

    def item_guid(self, entry: Any) -> str:
        return str(entry.guid)

    def item_pubdate(self, entry: Entry) -> datetime.datetime | None:
        return entry.published_at

    def item_updateddate(self, entry: Entry) -> datetime.datetime:
        return entry.last_public_change

    def item_categories(self, entry: Entry) -> list[str]:
        """The kind and the first topics, as many as a card names."""
        return [entry.get_kind_display(), *(localized_text(topic, "title") for topic in entry.topics.all())]


class EntriesJSONFeed(EntriesFeed):
    """The same as JSON Feed."""

    feed_type = JSONFeed
    url_name = "timeline:feed-json"
