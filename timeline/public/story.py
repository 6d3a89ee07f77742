"""The story of the chronicle: its first sentences, in which each link leads to a public entry."""

from collections.abc import Mapping

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from timeline.i18n.display import localized_text, markdown_html
from timeline.models import Chronicle, Entry
from timeline.models.addresses import EntryAddress, find_entry_address
from timeline.values import markdown


class Story:
    """The story in the language of the page, with the public entries to which it links, read in one query."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.chronicle = chronicle

    def html(self) -> SafeString:
        """Return the story as HTML. A link to anything but a public entry is only its text."""

        def address_of(target: str) -> str | None:
            entry = self._entries.get(target)
            return entry.get_absolute_url() if entry else None

        return markdown_html(self.chronicle, "story", address_of=address_of)

    @property
    def slugs(self) -> frozenset[str]:
        """The present slugs of the entries."""
        return frozenset(entry.slug for entry in self._entries.values())

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        """The entries by their address in the link, whose slug may be a former one."""
        links = markdown.links(localized_text(self.chronicle, "story"))
        addresses = {link: address for link in links if (address := _entry_address(link))}
        if not addresses:
            return {}
        slugs = {address.slug for address in addresses.values()}
        found = Entry.objects.published().only("slug", "kind").resolve_slugs(slugs)
        return {
            link: entry
            for link, address in addresses.items()
            if (entry := found.get(address.slug)) and entry.kind == address.kind
        }


def _entry_address(link: str) -> EntryAddress | None:
    """The address of an entry in a link that is nothing else, as the model demands of the story."""
    address = find_entry_address(link)
    return address if str(address) == link else None
