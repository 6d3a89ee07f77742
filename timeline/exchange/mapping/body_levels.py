"""The levels of bodies that go by another name: neither the city nor the province is told by 发改委, unless its row does."""

import functools
import re
from collections.abc import Collection, Mapping

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.bare_names import begins_with_level, is_bare, lacks_district
from timeline.exchange.mapping.document_levels import OF_CITY, code_of_city, is_of_office, tells_city
from timeline.exchange.mapping.record_names import names_of_areas
from timeline.models import Organization
from timeline.models.records import Record

_ends_as_office = re.compile("[\u3400-\u9fff]{2,12}(?:局|委|委员会|办|办公室)").fullmatch


class BodyLevels:
    """The names of records of a model, of which `aliases` are no titles, each with the title of its record."""

    def __init__(
        self, model: type[Record], city: str, known: Collection[str], aliases: Mapping[str, str]
    ) -> None:
        self._model, self._city, self._known, self.aliases = model, city, known, aliases

    @functools.cached_property
    def bare(self) -> frozenset[str]:
        """The other names of bodies of the city that tell neither a place nor a level."""
        if self._model is not Organization or not self.aliases or not self._city:
            return frozenset()
        return frozenset(
            name for name, title in self.aliases.items() if is_bare(name, title, self._city, self._areas)
        )

    def is_bare(self, name: str) -> bool:
        """Whether a name tells neither a place nor a level, of a body of the city or of one that is not there."""
        return name in self.bare or (name not in self._known and self._is_office(name))

    @functools.cached_property
    def _areas(self) -> frozenset[str]:
        return names_of_areas()

    def lacks_district(self, name: str) -> bool:
        """Whether a name may be that of a body of any district, so that the record of this title may be another one's."""
        return self._model is Organization and lacks_district(name)

    def level_of(self, name: str, level: str, names: Collection[str]) -> str:
        """The level of a name among those of its cell, in a row of this level; "" where it makes no difference."""
        title = self.aliases.get(name, "")
        if name not in self._known:
            is_told = tells_city(level) and self._is_office(name) and self._may_be_of(level, name, "")
            return OF_CITY if is_told else ""
        if not self._is_in_city(title):
            return ""
        if level and not tells_city(level):
            return level
        if name not in self.bare:
            return ""
        # A document of several offices has the number of one of them.
        if any(self._may_be_of(level, one, self.aliases.get(one, "")) for one in [name, *names]):
            return OF_CITY if level or self._tell_city(names) else ""
        return level

    def _may_be_of(self, level: str, name: str, title: str) -> bool:
        """Whether the number of a row of this level may be that of the body."""
        return is_of_office(code_of_city(level), self._city, (name, title))

    def _is_office(self, name: str) -> bool:
        """Whether a name that no record has is that of an office, without a place or level: 教育局."""
        tells_level = begins_with_level(name) and not name.startswith("市场")
        if self._model is not Organization or not self._city or tells_level or not _ends_as_office(name):
            return False
        return is_bare(name, f"{self._city}市{name}", self._city, self._areas)

    def _tell_city(self, names: Collection[str]) -> bool:
        """Whether one of the names of a cell is that of a body of the city, and none is that of a body of another level."""
        others = [one for one in names if one not in self.bare]
        of_city = [one for one in others if self._is_of_city(one)]
        unclear = [one for one in others if one not in self._known and not begins_with_level(one)]
        return bool(of_city) and len(of_city) + len(unclear) == len(others)

    def _is_of_city(self, name: str) -> bool:
        return normalize_title(name).startswith("市") or any(
            self._is_in_city(text) for text in (name, self.aliases.get(name, ""))
        )

    def _is_in_city(self, text: str) -> bool:
        return bool(self._city) and self._city in normalize_title(text)
