"""An entry of the picture, and which entries of a day or of a phase are the best."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from timeline.public.pictures.naming import STORY


@dataclass(frozen=True)
class PictureEntry:
    """An entry of a track: its texts in the language of the page, its dates, and what it counts for.

    `name` is the short one, `label` names the link in full; `label_lang` is the language of the label if that is not the page's,
    and `name_lang` that of the name if it is another than the label's. `same_day` is how many entries of its track have its
    date, if that is a day.
    """

    key: int
    track: str
    slug: str
    name: str
    name_lang: str
    label: str
    label_lang: str
    date_text: str
    address: str
    tone: str
    first: datetime.date
    last: datetime.date
    phase: int | None
    score: int = 0
    relations: int = 0
    same_day: int = 1

    @property
    def tip_lang(self) -> str:
        """The language of the name if that is not the page's."""
        return self.name_lang or self.label_lang

    @property
    def precision(self) -> str:
        """day, month or year, the last for whatever is known less exactly than a month."""
        if self.first == self.last:
            return "day"
        return "month" if (self.first.year, self.first.month) == (self.last.year, self.last.month) else "year"

    @property
    def is_of_story(self) -> bool:
        return self.score >= STORY

    @property
    def quality(self) -> tuple[int, int, datetime.date, str]:
        """A sort key, the best first."""
        return (-self.score, -self.relations, self.first, self.slug)


def one_of_each_day(entries: Iterable[PictureEntry]) -> list[PictureEntry]:
    """The entries, of those of one track and day only the best."""
    found: dict[object, PictureEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.quality):
        found.setdefault((entry.track, entry.first) if entry.precision == "day" else entry.key, entry)
    return [*found.values()]


def with_distinctions(
    entries: Sequence[PictureEntry], phases: Mapping[int, int], ends: Iterable[int], distinction: int
) -> list[PictureEntry]:
    """The entries with what they count for as the best of a phase's first year, and as the first or last of all.

    `phases` are the first years of phases by key, `ends` the keys of the first and last entry.
    """
    opening: dict[int, PictureEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.quality):
        if entry.phase is not None and phases.get(entry.phase) == entry.first.year:
            opening.setdefault(entry.phase, entry)
    distinguished = [entry.key for entry in opening.values()] + [*ends]
    return [
        replace(entry, score=entry.score + distinction * distinguished.count(entry.key)) for entry in entries
    ]
