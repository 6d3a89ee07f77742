"""The questions that names of references leave open: which of several records, or what to do where there is none."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.exchange.mapping.area_parents import Parent, Parents
from timeline.exchange.mapping.bare_names import is_relative
from timeline.exchange.mapping.document_levels import code_of_city, key_of_level, tells_city
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.name_cells import CellText
from timeline.exchange.mapping.name_remarks import without_others, without_sum
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import (
    CREATE,
    CREATE_TITLED,
    CREATE_WITHIN,
    EMPTY,
    SEVERAL,
    same_choice,
    same_chosen,
    slug_chosen,
    stored_choices,
    title_chosen,
)
from timeline.exchange.mapping.record_names import (
    MAX_NEAREST,
    NearNames,
    is_within,
    stored_slugs,
)
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.models import Entry
from timeline.models.records import Record
from timeline.rows.tables import TABLES
from timeline.values.missing_values import is_missing

# What looks like a name, and no sentence or list.
_is_plain = re.compile(r"[\w “”·&-]{2,30}").fullmatch
_is_slug = re.compile("[a-z0-9_-]+").fullmatch
# 全市, 各区县: all of it.
_is_of_all = re.compile("[全各整]").match


@dataclass
class UnclearName:
    """A name that does not tell which record is meant, as it is spelled first, with its first place and column."""

    text: str
    place: FileLocation
    column: str
    # Where the name is only another name of one record, the title of that.
    title: str = ""
    # The level that its rows tell (see `level_of()`), and whether it does not tell it itself.
    level: str = ""
    is_bare: bool = False
    # The title that a new record gets, or those that it may get, and whether that is perhaps only a short form.
    new_titles: Sequence[str] = ()
    is_short: bool = False
    # Whether the import publishes what it creates.
    is_published: bool = False
    # The spellings, each with the level of its row.
    spellings: set[tuple[str, str]] = field(default_factory=set)
    rows: int = 0
    # Whether all of its rows can be without it.
    is_optional: bool = True
    # The records that have this title, or this other name, already: no second one is made.
    there: Sequence[Choice] = ()
    # The other name of the import of which this is probably a short form, with the choice to read it as that.
    longer: str = ""
    same: Choice | None = None
    # What a new record may belong to.
    parents: Parents = Parents()
    # The title for a new record that somebody has typed, and what that may belong to.
    typed_title: str = ""
    typed_parents: Parents = Parents()
    # The names of which it may be a list, and whether it is one, though not told of which.
    parts: Sequence[str] = ()
    is_list: bool = False

    def may_be_created(self, model: type[Record]) -> bool:
        """Whether a record of the new title can be made: it is not there, is one name, and needs nothing but a title."""
        return not self.there and not self.is_list and not _lacking_columns(model)

    def add(self, spelling: tuple[str, str], rows: int, *, is_optional: bool) -> None:
        """Add rows that have the name in this spelling."""
        self.spellings.add(spelling)
        self.rows += rows
        self.is_optional &= is_optional

    def cells_among(self, names: Mapping[CellText, Collection[str]]) -> set[CellText]:
        """The cells, of these with their names, that have a spelling of this one."""
        texts = {text for text, _level in self.spellings}
        return {cell for cell, these in names.items() if texts & {*these}}

    @property
    def new_title(self) -> str:
        """The title that a new record gets, or the first of several that it may get."""
        return next(iter(self.new_titles), "")

    def creations(self) -> list[Choice]:
        """The choices to create a record of this name, which becomes another name of it if the title is longer and it is not relative.

        One for each area that it may belong to; the first has the value that all such names can share, if its name tells it. One
        for each title that it may get, if there are several.
        """
        words = self._words()
        if self.is_short:
            words += _(" (a short name; the title can be changed afterwards)")
        if len(self.new_titles) > 1:
            found = [Choice(CREATE_TITLED + title, words % {"title": title}) for title in self.new_titles]
        else:
            found = [
                Choice(
                    value, (words + within) % {"title": self.new_title or self.text, "parent": parent.title}
                )
                for parent, value, within in self._parents()
            ]
        if not self.typed_title:
            return found
        typed = self.typed_creation()
        return [typed, *(one for one in found if typed.value != one.value and typed.label != one.label)]

    def typed_creation(self) -> Choice:
        """The choice to create a record of the title that somebody has typed."""
        areas = self.typed_parents.areas
        words = {"title": self.typed_title, "parent": areas[0].title}
        return Choice(CREATE_TITLED + self.typed_title, (self._words() + _within(areas[0], areas)) % words)

    def tells_new_record(self, model: type[Record]) -> bool:
        """Whether it tells by itself what a new record of it is, and that is a draft: nobody has to be asked before it is made."""
        areas = self.parents.areas
        return (
            self.may_be_created(model)
            and not (self.is_published or self.parts)
            and len(self.new_titles) == 1
            and self.parents.is_told
            and bool(areas[0].slug or not areas[1:])
            and (not self.is_bare or tells_city(self.level))
            and bool(_is_plain(self.text))
            and not (_is_slug(self.text) or is_missing(self.text))
            and not (without_others(self.text).words or without_sum(self.text).words)
            and not (is_relative(self.text) or _is_of_all(self.text))
        )

    def _words(self) -> str:
        return (
            _("Create and publish “%(title)s”") if self.is_published else _("Create “%(title)s” as a draft")
        )

    def _parents(self) -> Iterator[tuple[Parent, str, str]]:
        """What a new record may belong to, with the value of the choice and what its label says of it."""
        areas, is_told = self.parents
        for parent in areas:
            value = CREATE if is_told and parent is areas[0] else CREATE_WITHIN + parent.slug
            yield parent, value, _within(parent, areas)

    def title_chosen(self, answer: str) -> str:
        """The title with which this answer creates the record."""
        return title_chosen(answer) or self.new_title

    def parent_chosen(self, answer: str) -> str:
        """The slug of the area within which this answer creates the record, "" for none."""
        if self.typed_title and answer == CREATE_TITLED + self.typed_title:
            return self.typed_parents.areas[0].slug
        return next((parent.slug for parent, value, _within in self._parents() if value == answer), "")

    def key(self, model: type[Record], name: str) -> str:
        """The key of the question about this normalized name."""
        return key_of_name(model, name, self.level)

    def division(self) -> Choice:
        """The choice to read the name as several, each of which is asked about then."""
        quoted = pgettext("enumeration", ", ").join(_("“%(title)s”") % {"title": part} for part in self.parts)
        return Choice(SEVERAL, _("Several: %(names)s") % {"names": quoted})

    @property
    def number(self) -> str:
        """The document number that speaks against the record of this name, "" for none."""
        return "" if tells_city(self.level) else self.level

    @property
    def code(self) -> str:
        """The code of the numbers of another body of the city than the record of this name, "" for none."""
        return code_of_city(self.level)

    @property
    def is_doubtful(self) -> bool:
        """Whether it may be another body than the record of which it is another name, or something else within it."""
        is_unclear = self.is_bare and not tells_city(self.level)
        return bool(self.number or self.code) or is_unclear or self.is_of_more

    @property
    def is_of_more(self) -> bool:
        """Whether it is another name of what may only be an office or a place within it: 鄞州区 of 鄞州区咸祥镇."""
        return is_within(self.text, self.title)


def key_of_name(model: type[Record], name: str, level: str = "") -> str:
    """The key of the question about a normalized name at this level."""
    level = key_of_level(level)
    return f"name/{model._meta.model_name}/{name}" + (f"/{level}" if level else "")


def ask_ambiguous(model: type[Record], key: str, name: UnclearName, records: Sequence[Choice]) -> Question:
    """Ask which of several records a name means."""
    text = _("“%(name)s” is the name of several. Which %(what)s is meant?")
    return _question(model, key, name, text, records)


def ask_alias(model: type[Record], key: str, name: UnclearName, records: Sequence[Choice]) -> Question:
    """Tell which record a name was read as, of which it is another name.

    Asked where the document number contradicts, as that of a body above the city or of another one, neither the name nor its row tells a level, the title is that of an office
    or a place within what is named, or the name is another body's in the table of another office.
    """
    text = _("“%(name)s” → %(title)s. It is another name of it.")
    if is_relative(name.text):
        text = _("Is “%(name)s” %(title)s? Which body it is depends on whose table this is.")
    if name.is_doubtful:
        text = _("Is “%(name)s” %(title)s? It names no level, and may be a body above the city.")
    if name.is_of_more:
        text = _("“%(title)s” begins with “%(name)s”, and may be something else within it. Is it meant?")
    if name.number:
        text = _("Is “%(name)s” %(title)s? The document number %(number)s is that of a body above the city.")
    if name.code:
        text = _(
            "Is “%(name)s” %(title)s? The document number begins with “%(code)s”, as those of another body."
        )
    proposal = "" if name.is_doubtful or is_relative(name.text) else records[0].value
    if not name.title:
        text, proposal = (
            _("There is a record “%(name)s”. Is it meant? The name does not tell of which district it is."),
            "",
        )
    same = [name.same] if name.same else []
    if same:
        text, proposal = _read_as_longer(), same[0].value
    choices = [*dict.fromkeys([*same, *records, *name.there])]
    if name.may_be_created(model):
        choices += name.creations()
    if name.is_optional:
        choices.append(Choice(EMPTY, _("Leave it empty")))
    return _question(model, key, name, text, choices, proposal)


def ask_missing(
    model: type[Record],
    key: str,
    name: UnclearName,
    near: NearNames,
    stored: Mapping[int, Choice],
    chosen: Choice | None,
) -> Question | Problem:
    """Ask what to do with a name that no record has; a problem if nothing can be done.

    Where none is near, the choices of a required name that tells all of the city, or cannot be created, are the first
    records: 全市 is the city. The record that was chosen before is among them. The only one of which the name is the usual
    short form, or which has the title that a new one would get, is proposed. So is a draft where nothing else is there to choose
    and the name tells what it is (decision 0112).
    """
    lacking, can_create = _lacking_columns(model), name.may_be_created(model)
    records = [stored[pk] for pk in near.nearest if pk in stored]
    is_found_by_near = bool(name.parts) or (can_create and not _is_of_all(name.text))
    if not records and (lacking or not (name.is_optional or is_found_by_near)):
        records = [
            *stored_choices(model, model._default_manager.values_list("pk", flat=True)[:MAX_NEAREST]).values()
        ]
    same = [name.same] if name.same else []
    choices = [*dict.fromkeys([*([chosen] if chosen else []), *name.there, *same, *records])]
    if name.parts:
        choices.insert(0, name.division())
    if can_create:
        choices += name.creations()
    if name.is_optional:
        choices.append(Choice(EMPTY, _("Leave it empty")))
    full = [*name.there] or [stored[pk] for pk in near.full - near.within if pk in stored] or same
    # A record that is the only choice is no proposal: somebody looks at it.
    is_proposed = len(full) == 1 and len(choices) > 1 and not name.parts
    text = _("There is no %(what)s “%(name)s”.")
    if is_proposed:
        text = _("“%(name)s” is read as %(record)s. No %(what)s has exactly this name.")
        if full == same:
            text = _read_as_longer()
    elif name.parts or name.is_list:
        text += _(" It may be several.")
    if lacking and not is_proposed:
        text += _(" It cannot be created here, because it needs more than a title: %(columns)s.")
    if not choices or (lacking and len(choices) < 2):
        words = text % _words(model, name)
        return Problem(name.place, words, name.column, name.text)
    record = full[0] if is_proposed else None
    proposal = record.value if record else ""
    if not (records or same or name.there or chosen) and name.tells_new_record(model):
        proposal = CREATE
    return _question(model, key, name, text, choices, proposal, record)


def choices_answered(
    model: type[Record], names: Mapping[tuple[str, str], UnclearName], answers: Answers
) -> dict[tuple[str, str], Choice]:
    """What was chosen for these names, by name and level, of which the choices may have others now: records, and what other names mean."""
    keys = {key: name.key(model, key[0]) for key, name in names.items()}
    given = {key: answers.get(of_question, "") for key, of_question in keys.items()}
    slugs = stored_slugs(model, filter(None, map(slug_chosen, given.values())))
    stored = stored_choices(model, {*slugs.values()})
    texts = {of_question: names[key].text for key, of_question in keys.items()}
    found = {}
    for key, answer in given.items():
        if (slug := slug_chosen(answer)) in slugs:
            found[key] = stored[slugs[slug]]
        elif (other := same_chosen(answer)) in texts:
            found[key] = same_choice(other, texts[other])
    return found


def _question(
    model: type[Record],
    key: str,
    name: UnclearName,
    text: str,
    choices: Sequence[Choice],
    proposal: str = "",
    record: Choice | None = None,
) -> Question:
    return Question(
        name.key(model, key),
        text % (_words(model, name) | {"record": record.label if record else ""}),
        name.text,
        name.place,
        tuple(choices),
        rows=name.rows,
        answer=proposal,
        is_remembered=not is_relative(name.text),
        column=name.column,
    )


def _words(model: type[Record], name: UnclearName) -> dict[str, str]:
    labels = pgettext("enumeration", ", ").join(_lacking_columns(model))
    words = {"what": str(model._meta.verbose_name), "name": name.text, "columns": labels}
    return words | {"title": name.title, "number": name.number, "code": name.code, "other": name.longer}


def _read_as_longer() -> str:
    return _("“%(name)s” is read as the same %(what)s as “%(other)s”, which is asked about as well.")


def _within(parent: Parent, areas: Sequence[Parent]) -> str:
    """What the label of a choice says of the area within which it creates one, of these."""
    if parent.slug:
        return _(" (within “%(parent)s”)")
    return _(" (within no other area)") if areas[1:] else ""


def _lacking_columns(model: type[Record]) -> list[str]:
    """The labels of the columns besides its title that a new record of the model needs."""
    table = next((table for table in TABLES.values() if table.model is model), None)
    if table is None:
        return [str(Entry._meta.get_field("kind").verbose_name)]
    needed = (column for column in table.columns.values() if column.is_required)
    return [str(one.field.verbose_name) for one in needed if one.name not in ("slug", "title")]
