"""Values of former revisions in the form of a record: its address, and what pages say that is not restored."""

import re
from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.admin import base
from timeline.editing.answers import Saved
from timeline.editing.comparison import column_label
from timeline.editing.restoring import ChosenValue, Restoration, TakenValues
from timeline.models.records import Record
from timeline.rows.cell_text import cell_text
from timeline.rows.tables import Table, WholeRow

# The parameter of the form: 3 (a whole revision), 3.title, or 3.citations.<digest> (one citation).
TAKE_PARAMETER = "take"
# The most items of one list that a page or a message names.
MAX_NAMED = 20


def chosen_values(request: HttpRequest) -> list[ChosenValue]:
    """What the address takes from revisions. Raises Http404."""
    return [_parse(text) for text in request.GET.getlist(TAKE_PARAMETER)]


def form_url(model: type[Record], key: int, number: int) -> str:
    """The URL of the form of a record, or a deleted one, with everything of a revision."""
    return f"{base.admin_url(model, 'change', key)}?{urlencode({TAKE_PARAMETER: number})}"


def describe_losses(table: Table, restored: Restoration | TakenValues) -> dict[str, object]:
    """The context of `_losses.html`: what is left out, the slug that is taken, and what cannot be saved."""
    return {
        "left_out": [
            (column_label(table, name), lines[:MAX_NAMED], len(lines[MAX_NAMED:]))
            for name, lines in _left_out_lines(table, restored.left_out)
        ],
        "taken_slug": restored.taken_slug,
        "slug": restored.row["slug"],
        "unsavable": [
            (f"{name}-group" if name in table.parts else f"id_{name}", _label(table, name), message)
            for name, messages in restored.errors.items()
            for message in messages[:MAX_NAMED]
        ],
    }


def loss_message(table: Table, answer: Saved, wanted_slug: str) -> str:
    """The sentences on what was not restored, "" if everything was."""
    sentences, slug = [], getattr(answer.record, "slug", "")
    if answer.revision is not None:
        slug = answer.revision.content["slug"]
    if slug != wanted_slug:
        sentences.append(
            _("Another record has the address “%(old)s” by now; this one has “%(new)s”.")
            % {"old": wanted_slug, "new": slug}
        )
    separator, named = pgettext("enumeration", ", "), []
    for name, lines in _left_out_lines(table, answer.left_out):
        words = lines[:MAX_NAMED] + (["…"] if len(lines) > MAX_NAMED else [])
        pair = {"label": column_label(table, name), "value": separator.join(words)}
        named.append(_("%(label)s: %(value)s") % pair)
    if named:
        sentences.append(_("Left out, since it is gone: %(left_out)s.") % {"left_out": "；".join(named)})
    return " ".join(sentences)


def describe_taken(table: Table, taken: TakenValues, choices: Iterable[ChosenValue]) -> str:
    """The proposed comment: which fields are from which revisions."""
    numbers = sorted({choice.number for choice in choices})
    separator = pgettext("enumeration", ", ")
    return _("From revision %(numbers)s: %(fields)s") % {
        "numbers": separator.join(map(str, numbers)),
        "fields": _("everything")
        if len(taken.columns) >= len(table.columns)
        else separator.join(column_label(table, name) for name in taken.columns),
    }


def doubly_chosen(choices: Iterable[ChosenValue]) -> tuple[int, int] | None:
    """The numbers of two revisions of which the same column was chosen, alone or with all others, or None."""
    numbers: dict[str, int] = {}
    # Whole revisions first: the name of their column is "".
    for choice in sorted(choices, key=lambda choice: choice.column):
        if not choice.part:
            first = numbers.setdefault(choice.column, numbers.get("", choice.number))
            if first != choice.number:
                return min(first, choice.number), max(first, choice.number)
    return None


def _parse(text: str) -> ChosenValue:
    match = re.fullmatch(r"([0-9]{1,9})(?:\.([a-z_]{1,60})(?:\.([0-9a-f]{20}))?)?", text, re.ASCII)
    if match is None:
        raise Http404
    return ChosenValue(int(match[1]), match[2] or "", match[3] or "")


def _label(table: Table, name: str) -> str:
    return column_label(table, name) if name in table.columns or name in table.parts else ""


def _left_out_lines(table: Table, left_out: WholeRow) -> Iterable[tuple[str, list[str]]]:
    for name, value in left_out.items():
        yield name, [line[:200] for line in cell_text(table, name, value).split("\n")]
