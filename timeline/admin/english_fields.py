"""The columns in English in forms: a chronicle without pages in English does not show those that are empty."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Model
from django.http import HttpRequest

from timeline.models import Chronicle
from timeline.rows.columns import ENGLISH

# A field of a form, or several in one line.
Line = str | Sequence[str]


def without_english(lines: Iterable[Line], request: HttpRequest, records: Iterable[Model]) -> list[Line]:
    """The fields of the form of these records without those in English that neither a record nor the request has.

    With pages in English, all of them are shown. What a form does not show stays as it is.
    """
    if Chronicle.objects.current().english_pages:
        return [*lines]
    # A form that was opened with a field is read with it; in parts the number of the row stands before the name.
    known = {name.rpartition("-")[2] for name in request.POST}
    stored = [*records]

    def is_shown(name: str) -> bool:
        return not name.endswith(ENGLISH) or name in known or any(getattr(one, name) for one in stored)

    shown = (line if isinstance(line, str) else tuple(filter(is_shown, line)) for line in lines)
    return [line for line in shown if line and (not isinstance(line, str) or is_shown(line))]


def needed_fields(names: Iterable[str], filled: Collection[str]) -> list[str]:
    """These fields of a form, those in English only if the chronicle has pages in English or they are `filled`."""
    if Chronicle.objects.current().english_pages:
        return [*names]
    return [name for name in names if not name.endswith(ENGLISH) or name in filled]
