"""Atom feeds (RFC 4287) of the latest published or changed entries, with the filters of the list."""

import datetime
import html
from functools import cached_property
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import strip_tags
from django.utils.safestring import SafeData

from timeline.filters.entries import EntryFilter, query_string
from timeline.filters.parameters import ENTRY_PARAMETERS
from timeline.i18n.display import localized_text
from timeline.i18n.languages import current_language, language_tag
from timeline.models import Chronicle, Entry

# As many as an occasional reader may have missed.
LENGTH = 50


class FeedContext:
    """The host and the filter of a feed."""

    def __init__(self, request: HttpRequest) -> None:
        self.host = request.get_host().partition(":")[0]
        self.filter = EntryFilter(request.GET, Entry.objects.published())
        self.chronicle = Chronicle.objects.current()

    @cached_property
    def name(self) -> str:
        return localized_text(self.chronicle, "title")

    @property
    def title(self) -> str:
        chips = (removable.chip for removable in self.filter.chips)
        return " · ".join([self.name, *(f"{chip.label} {_plain(chip.text)}" for chip in chips)])

    @property
    def query(self) -> str:
        return query_string(self.filter.pairs)

    def tag(self, entry: Entry) -> str:
        """The entry's tag URI (RFC 4151). Its URL may change, and every entry would seem new."""
        return (
            f"tag:{self.host},{entry.created_at:%Y-%m-%d}:entry/{entry.pk}/{language_tag(current_language())}"
        )


def _plain(text: str) -> str:
    return html.unescape(strip_tags(text)) if isinstance(text, SafeData) else text


class EntriesFeed(Feed):
    """The filtered entries, ordered by their last public change, the newest first."""

    parameters = ENTRY_PARAMETERS
    feed_type = Atom1Feed
    description_template = "timeline/_feed_entry.html"

    @property
    def language(self) -> str:  # type: ignore[override]
        return language_tag(current_language())

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FeedContext:
        return FeedContext(request)

    def title(self, context: FeedContext) -> str:
        return context.title

    def subtitle(self, context: FeedContext) -> str:
        return localized_text(context.chronicle, "tagline")

    def feed_copyright(self, context: FeedContext) -> str:
        return context.chronicle.rights

    def author_name(self, context: FeedContext) -> str:
        return context.name

    def link(self, context: FeedContext) -> str:
        return reverse("timeline:timeline") + context.query

    def feed_url(self, context: FeedContext) -> str:
        return reverse("timeline:feed") + context.query

    def items(self, context: FeedContext) -> list[Any]:
        entries = list(context.filter.qs.by_last_public_change().for_cards()[:LENGTH])
        for entry in entries:
            entry.tag = context.tag(entry)
        return entries

    def item_title(self, entry: Any) -> str:
        return localized_text(entry, "title")

    def item_guid(self, entry: Any) -> str:
        return str(entry.tag)

    def item_pubdate(self, entry: Any) -> datetime.datetime:
        published: datetime.datetime = entry.published_at
        return published

    def item_updateddate(self, entry: Any) -> datetime.datetime:
        latest: datetime.datetime = entry.last_public_change
        return latest

    def item_categories(self, entry: Any) -> list[str]:
        return [entry.get_kind_display(), *(localized_text(topic, "title") for topic in entry.topics.all())]
