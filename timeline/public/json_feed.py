"""JSON Feed 1.1 (https://jsonfeed.org/version/1.1), written from what Django's syndication framework collects."""

import datetime
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.feedgenerator import SyndicationFeed

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

VERSION = "https://jsonfeed.org/version/1.1"


class JSONFeed(SyndicationFeed):
    """A feed as JSON. What is empty is left out."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: "SupportsWrite[str]", encoding: str) -> None:
        feed = self.feed
        document = {
            "version": VERSION,
            "title": feed["title"],
            "home_page_url": feed["link"],
            "feed_url": feed["feed_url"],
            "description": feed["subtitle"],
            "language": feed["language"],
            "authors": [{"name": feed["author_name"]}] if feed["author_name"] else None,
        }
        items = [
            _filled(
                {
                    "id": item["unique_id"],
                    "url": item["link"],
                    "title": item["title"],
                    "content_html": item["description"],
                    "date_published": _timestamp(item["pubdate"]),
                    "date_modified": _timestamp(item["updateddate"]),
                    "tags": list(item["categories"]),
                }
            )
            for item in self.items
        ]
        outfile.write(json.dumps(_filled(document) | {"items": items}, ensure_ascii=False))


def _timestamp(moment: datetime.datetime | None) -> str | None:
    """A time as RFC 3339 has it, in seconds."""
    return moment.isoformat(timespec="seconds") if moment else None


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
