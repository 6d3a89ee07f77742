"""Names in the cells of references: which records they mean, and what is asked where they do not tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from timeline.editing.duplicate_titles import city_of_chronicle, normalize_title
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.name_lists import possible_names, split_joined, split_names
from timeline.exchange.mapping.name_questions import UnclearName, ask_ambiguous, ask_missing
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import (
    CREATE,
    record_choice,
    slug_chosen,
    stored_choices,
)
from timeline.exchange.mapping.record_names import (
    NearNames,
    keys_of_names,
    names_in_city,
    near_names,
    stored_slugs,
)
from timeline.exchange.readers.types import FileLocation, FileRow, Problem
from timeline.rows.columns import Column
from timeline.rows.tables import table_of
from timeline.values.text import split_names as split_aliases

# The columns of titles in files.
_TITLES = ("title", "title_en", "short_title", "short_title_en")
# By the value of the choice, the records that a name may mean.
_Records = Mapping[str, Choice]


@dataclass
class _Cell:
    """A text in cells of references: its first place, its number of rows, and whether they can be without it."""

    place: FileLocation
    column: str
    rows: int = 0
    is_optional: bool = True


class Names:
    """The names in the rows of one import. `collect` all of them, `look_up` a model, then `resolve` each row."""

    def __init__(self, answers: Answers, slugs: NewSlugs) -> None:
        self._answers, self._slugs = answers, slugs
        self.questions: list[Question] = []
        self.problems: list[Problem] = []
        # By table, the rows of the records that are created because rows name them.
        self.created: defaultdict[str, list[FileRow]] = defaultdict(list)
        # By model, the cells: by text, and whether it may be a list of names.
        self._cells: defaultdict[Any, dict[tuple[str, bool], _Cell]] = defaultdict(dict)
        # By model, the names that a cell has, and the slugs in their place; an unanswered name stays where one is required.
        self._slugs_of_cells: dict[Any, dict[tuple[str, bool], list[str]]] = {}
        # By model, the normalized names that cells may have, and the records of rows with one of them.
        self._wanted: dict[Any, frozenset[str]] = {}
        self._of_files: defaultdict[Any, dict[str, dict[str, Choice]]] = defaultdict(dict)
        self._city: str | None = None

    def collect(self, row: FileRow) -> None:
        """Count the names in the references of a row."""
        for name, cell in row.cells.items():
            column = row.table.columns.get(name)
            if column is None or not column.field.is_relation:
                continue
            cells = self._cells[column.model] if cell not in (None, "", []) else {}
            for text in _texts(column, cell):
                found = cells.setdefault(text, _Cell(row.place, name))
                found.rows += 1
                found.is_optional &= column.is_many_to_many or column.field.null

    def has_names_of(self, model: Any) -> bool:
        """Whether references to this model, or to one that it inherits, were collected."""
        return any(issubclass(model, named) for named in self._cells)

    def add(self, row: FileRow) -> None:
        """Let rows name the record of this row, which has its slug."""
        cells, slug = row.cells, str(row.cells["slug"])
        aliases = cells.get("aliases") or ""
        spellings = [slug, *(str(cells.get(name) or "") for name in _TITLES)]
        spellings += aliases if isinstance(aliases, list) else split_aliases(str(aliases))
        names = {*map(normalize_title, spellings)}
        for model in self._cells:
            if not issubclass(row.table.model, model):
                continue
            for name in names & self._wanted_names(model):
                choice = record_choice(slug, str(cells.get("title") or slug))
                self._of_files[model].setdefault(name, {})[choice.value] = choice

    def resolve(self, row: FileRow) -> FileRow:
        """The row with slugs in place of the names of models that were looked up."""
        cells = dict(row.cells)
        for name, cell in row.cells.items():
            column = row.table.columns.get(name)
            if column is None or not column.field.is_relation or cell in (None, "", []):
                continue
            if (slugs := self._slugs_of_cells.get(column.model)) is None:
                continue
            # A name that was not collected stands in a file that has changed since: it is no slug, and an error.
            texts = _texts(column, cell)
            found = [*dict.fromkeys(slug for text in texts for slug in slugs.get(text, [text[0]]))]
            cells[name] = found if column.is_many_to_many and found else next(iter(found), None)
        return replace(row, cells=cells)

    def look_up(self, model: Any) -> None:
        """Find what the collected names of this model mean, once."""
        if model in self._slugs_of_cells or not (cells := self._cells.get(model)):
            return
        known = self._find(model, {name for text, is_list in cells for name in _possible(text, is_list)})
        names = {
            (text, is_list): split_names(text, known.__contains__) if is_list else [text]
            for text, is_list in cells
        }
        missing = {normalize_title(name) for these in names.values() for name in these if name not in known}
        near = near_names(model, missing - {""}, self._city_name())
        stored = self._choices_near(model, near)
        for (text, is_list), these in names.items():
            if is_list:
                names[text, is_list] = [
                    part for name in these for part in _joined_parts(name, known, near, stored) or [name]
                ]
        meanings = self._meanings(model, names, known, near, stored)
        self._slugs_of_cells[model] = {
            cell: [slug for name in these for slug in meanings[name]] for cell, these in names.items()
        }

    def _meanings(
        self,
        model: Any,
        names: Mapping[tuple[str, bool], list[str]],
        known: dict[str, _Records],
        near: Mapping[str, NearNames],
        stored: Mapping[int, Choice],
    ) -> dict[str, list[str]]:
        """By name, the slugs that it stands for: one, or none if it is left out."""
        meanings: dict[str, list[str]] = {}
        unclear: dict[str, UnclearName] = {}
        for cell, these in names.items():
            found = self._cells[model][cell]
            for name in these:
                records = known.get(name, {})
                if len(records) == 1:
                    meanings[name] = [slug_chosen(value) for value in records]
                    continue
                meanings[name] = []
                unclear.setdefault(
                    normalize_title(name) or name, UnclearName(name, found.place, found.column)
                ).add(name, found.rows, is_optional=found.is_optional)
        answered = self._answered_records(model, unclear)
        for key, one in unclear.items():
            question: Question | Problem
            if records := known.get(one.text, {}):
                question = ask_ambiguous(model, key, one, [*records.values()])
            else:
                question = ask_missing(model, key, one, near.get(key, NearNames()), stored, answered.get(key))
            self._answer(model, question, one, meanings)
        return meanings

    def _answer(
        self, model: Any, question: Question | Problem, name: UnclearName, meanings: dict[str, list[str]]
    ) -> None:
        """Add a question or a problem, and what the name means by the answer."""
        slugs: list[str] = []
        if isinstance(question, Problem):
            self.problems.append(question)
        else:
            question = question.answered(self._answers)
            self.questions.append(question)
            if question.answer == CREATE:
                slugs = [self._create(model, name)]
            elif slug := slug_chosen(question.answer):
                slugs = [slug]
            elif not question.answer and not name.is_optional:
                slugs = [name.text]
        for spelling in name.spellings:
            meanings[spelling] = slugs

    def _create(self, model: Any, name: UnclearName) -> str:
        """The slug of a new record with the name as its title, which gets a row where it is named first."""
        table, slug = table_of(model), self._slugs.make(model, name.text)
        place = replace(name.place, table=table.name)
        self.created[table.name].append(FileRow(place, table, {"slug": slug, "title": name.text}))
        return slug

    def _find(self, model: Any, texts: Iterable[str]) -> dict[str, _Records]:
        """The records that have these names, by name: those of this slug, else of this name, else in the city."""
        texts = [*texts]
        slugs = stored_slugs(model, texts)
        keys = keys_of_names(model, self._wanted_names(model))
        stored = stored_choices(model, {*slugs.values()}.union(*keys.values()))
        of_files, city = self._of_files[model], self._city_name()
        found: dict[str, _Records] = {}
        for text in texts:
            if text in slugs:
                found[text] = _by_value([stored[slugs[text]]])
                continue
            name = normalize_title(text)
            for spellings in ([name], names_in_city(name, city)):
                records = _by_value(
                    stored[key] for spelling in spellings for key in sorted(keys.get(spelling, ()))
                )
                records |= {
                    value: choice
                    for spelling in spellings
                    for value, choice in of_files.get(spelling, {}).items()
                }
                if records:
                    found[text] = records
                    break
        return found

    def _wanted_names(self, model: Any) -> frozenset[str]:
        """The normalized names that the cells of a model may have, with and without the city."""
        if model not in self._wanted:
            texts = {name for text, is_list in self._cells[model] for name in _possible(text, is_list)}
            names = {*map(normalize_title, texts)}
            in_city = {other for name in names for other in names_in_city(name, self._city_name())}
            self._wanted[model] = frozenset((names | in_city) - {""})
        return self._wanted[model]

    def _city_name(self) -> str:
        if self._city is None:
            self._city = city_of_chronicle()
        return self._city

    def _choices_near(self, model: Any, near: Mapping[str, NearNames]) -> dict[int, Choice]:
        keys = {key for one in near.values() for key in (*one.nearest, *one.full)}
        contained = {key for one in near.values() for these in one.contained.values() for key in these}
        return stored_choices(model, keys | contained)

    def _answered_records(self, model: Any, names: Mapping[str, UnclearName]) -> dict[str, Choice]:
        """The records that were chosen for these names, of which the choices may have others now."""
        chosen = {
            key: slug
            for key, name in names.items()
            if (slug := slug_chosen(self._answers.get(name.key(model, key), "")))
        }
        slugs = stored_slugs(model, chosen.values())
        stored = stored_choices(model, {*slugs.values()})
        return {key: stored[slugs[slug]] for key, slug in chosen.items() if slug in slugs}


def _texts(column: Column, cell: Any) -> list[tuple[str, bool]]:
    """The texts of a cell, each with whether it may be a list of names."""
    if isinstance(cell, list):
        return [(str(text), False) for text in cell]
    return [(str(cell), column.is_many_to_many)]


def _possible(text: str, is_list: bool) -> Iterable[str]:
    return possible_names(text) if is_list else [text]


def _by_value(choices: Iterable[Choice]) -> dict[str, Choice]:
    return {choice.value: choice for choice in choices}


def _joined_parts(
    name: str, known: dict[str, _Records], near: Mapping[str, NearNames], stored: Mapping[int, Choice]
) -> list[str]:
    """The names that an unknown one is made of, which are known then; none if it is not."""
    if name in known or not (found := near.get(normalize_title(name))):
        return []
    parts = split_joined(normalize_title(name), found.contained)
    records = [_by_value(stored[key] for key in found.contained[part]) for part in parts]
    if not all(len(these) == 1 for these in records):
        return []
    known.update(zip(parts, records, strict=True))
    return parts
