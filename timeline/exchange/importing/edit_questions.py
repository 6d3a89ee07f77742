"""The question which value stays, where a mapped file would change what was edited by hand since an import, or say less."""

import hashlib
from collections.abc import Mapping, Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline.accounts.names import display_name
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import KEEP, TAKE
from timeline.exchange.readers.types import printable
from timeline.i18n.display import format_datetime
from timeline.models import Revision
from timeline.models.fields import PartialDateField, date_or_none
from timeline.rows.cell_text import cell_text
from timeline.rows.columns import PlainValue
from timeline.rows.references import References
from timeline.rows.tables import Table

_DIGEST = 16


def edit_question(
    row: ImportRow,
    name: str,
    edit: Revision | None,
    imported: Sequence[PlainValue],
    references: References,
) -> Question:
    """Ask whether the present value of a column stays, or that of the row is taken.

    Where the row says what `imported` has, the former imports, the present value is proposed: nobody but `edit`, the revision
    that gave it, has changed anything. Where the row says something new, nothing is proposed.
    """
    is_known = row.changes[name] in imported
    if edit is None:
        text = _("“%(record)s”: “%(column)s” was changed since an import.")
    else:
        text = _("“%(record)s”: “%(column)s” was changed since an import, by %(who)s, %(when)s.")
    if is_known:
        text = _("%(what)s The file has what was imported then. Which stays?") % {"what": text}
    else:
        text = _("%(what)s The file has a new value. Which stays?") % {"what": text}
    words: dict[str, str] = {}
    if edit is not None:
        words = {"who": display_name(edit.created_by), "when": format_datetime(edit.created_at)}
    return _question(row, name, text, words, references, answer=KEEP if is_known else "")


def is_vaguer(row: ImportRow, name: str) -> bool:
    """Whether a row would replace a date by one that only says less: 2016-09 where 2016-09-26 stands."""
    present, wanted = (row.stored or {}).get(name), row.changes[name]
    if not isinstance(row.table.columns[name].field, PartialDateField) or not present or not wanted:
        return False
    own, others = date_or_none(present), date_or_none(wanted)
    return bool(own and others and others.contains(own) and not own.contains(others))


def former_value_question(row: ImportRow, name: str, references: References) -> Question:
    """Ask whether the present value, which a later import brought, stays, or the one of the row, which a former import brought.

    The present one is proposed: an older table was uploaded again.
    """
    text = _(
        "“%(record)s”: an import brought what the file has as “%(column)s”, and a later one the present value. Which stays?"
    )
    return _question(row, name, text, {}, references, answer=KEEP)


def vaguer_date_question(row: ImportRow, name: str, references: References) -> Question:
    """Ask whether the present date stays, or the vaguer one of the row is taken. The present one is proposed."""
    text = _("“%(record)s”: “%(column)s” is more exact than in the file. Which stays?")
    return _question(row, name, text, {}, references, answer=KEEP)


def _question(
    row: ImportRow, name: str, text: str, words: Mapping[str, str], references: References, *, answer: str
) -> Question:
    present, wanted = (row.stored or {}).get(name), row.changes[name]
    column = row.table.columns[name]
    shown = [_text(row.table, name, value, references) for value in (present, wanted)]
    named = {
        "record": printable(str((row.stored or {}).get("title") or " / ".join(row.key))),
        "column": printable((row.place.names or {}).get(name) or str(column.field.verbose_name)),
    }
    # An answer was given to these two values: with others, it is asked again.
    digest = hashlib.sha256(repr((present, wanted)).encode()).hexdigest()[:_DIGEST]
    return Question(
        f"edit/{row.table.name}/{'/'.join(row.key)}/{name}/{digest}",
        text % {**named, **words},
        shown[1],
        row.place,
        (
            Choice(KEEP, _("The present value stays: %(value)s") % {"value": shown[0]}),
            Choice(TAKE, _("That of the file: %(value)s") % {"value": shown[1]}),
        ),
        answer=answer,
        column=name,
    )


def _text(table: Table, name: str, value: PlainValue, references: References) -> str:
    """The value as people read it; a word for an empty one."""
    text = cell_text(table, name, value, references=references)
    if isinstance(table.columns[name].field, PartialDateField) and (date := date_or_none(value)):
        text = date.display(get_language() or "zh-hans")
    return printable(text) if text else _("(empty)")
