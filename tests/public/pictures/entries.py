"""Made entries of pictures, without a database."""

import datetime

from timeline.public.pictures.picture_entries import PictureEntry


def entry(key, first, last=None, *, track="policy", name="智慧城市行动纲要", **kw):
    """An entry from this day to another, by default the same, in ISO format."""
    begin, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first)
    return PictureEntry(
        key,
        track,
        f"s{key:05}",
        name,
        "",
        f"{first}，{name}",
        "",
        first,
        f"/{key}/",
        "jade",
        begin,
        end,
        None,
        **kw,
    )


def year(key, number, **kw):
    return entry(key, f"{number}-01-01", f"{number}-12-31", **kw)
