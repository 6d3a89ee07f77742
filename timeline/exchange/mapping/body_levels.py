"""The levels of bodies that go by another name: neither the city nor the province is told by 发改委, unless its row does."""

import functools
from collections.abc import Collection, Mapping
from typing import Any

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.bare_names import begins_with_level, is_bare
from timeline.exchange.mapping.document_levels import OF_CITY
from timeline.exchange.mapping.record_names import names_of_areas
from timeline.models import Organization


class BodyLevels:
    """The names of records of a model, of which `aliases` are no titles, each with the title of its record."""

    def __init__(self, model: Any, city: str, known: Collection[str], aliases: Mapping[str, str]) -> None:
        self._model, self._city, self._known, self.aliases = model, city, known, aliases

    @functools.cached_property
    def bare(self) -> frozenset[str]:
        """The other names of bodies of the city that tell neither a place nor a level."""
        if self._model is not Organization or not self.aliases or not self._city:
            return frozenset()
        areas = names_of_areas()
        return frozenset(
            name for name, title in self.aliases.items() if is_bare(name, title, self._city, areas)
        )

    def level_of(self, name: str, level: str, names: Collection[str]) -> str:
        """The level of a name among those of its cell, in a row of this level; "" where it makes no difference."""
        if not (title := self.aliases.get(name)) or not self._is_in_city(title):
            return ""
        if level and level != OF_CITY:
            return level
        if name not in self.bare:
            return ""
        return OF_CITY if level or self._tell_city(names) else ""

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
