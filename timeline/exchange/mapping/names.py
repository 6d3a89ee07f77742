"""Names in the cells of references: which records they mean, and what is asked where they do not tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from timeline.editing.duplicate_titles import city_of_chronicle, normalize_title
from timeline.exchange.mapping.document_levels import code_of, number_above_city
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.name_lists import possible_names, split_joined, split_names
from timeline.exchange.mapping.name_questions import UnclearName, ask_alias, ask_ambiguous, ask_missing
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.office_titles import full_title, is_short
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import (
    CREATE,
    record_choice,
    slug_chosen,
    stored_choices,
)
from timeline.exchange.mapping.record_names import (
    TITLES,
    NearNames,
    full_name,
    keys_of_names,
    names_in_city,
    near_names,
    stored_aliases,
    stored_slugs,
    usual_parent,
)
from timeline.exchange.readers.types import FileLocation, FileRow, Problem
from timeline.rows.columns import Column, PlainValue
from timeline.rows.tables import table_of
from timeline.values.text import split_names as split_aliases

# By the value of the choice, the records that a name may mean.
_Records = Mapping[str, Choice]
# A text, whether it may be a list of names, and the number of its row's document if that is of a body above the city.
_CellKey = tuple[str, bool, str]


@dataclass
class _Cell:
    """A text in cells of references: its first place, its number of rows, and whether they can be without it."""

    place: FileLocation
    column: str
    rows: int = 0
    is_optional: bool = True


class Names:
    """The names in the rows of one import. `collect` all of them, `look_up` a model, then `resolve` each row."""

    def __init__(self, answers: Answers, slugs: NewSlugs, *, publish: bool = False) -> None:
        self._answers, self._slugs, self._publishes = answers, slugs, publish
        self.questions: list[Question] = []
        self.problems: list[Problem] = []
        # By table, the rows of the records that are created because rows name them.
        self.created: defaultdict[str, list[FileRow]] = defaultdict(list)
        # By model, the cells.
        self._cells: defaultdict[Any, dict[_CellKey, _Cell]] = defaultdict(dict)
        # By model, the names that a cell has, and the slugs in their place; an unanswered name stays where one is required.
        self._slugs_of_cells: dict[Any, dict[_CellKey, list[str]]] = {}
        # By model, the cells with a name that can be neither found nor created, which is told once.
        self._refused: defaultdict[Any, set[_CellKey]] = defaultdict(set)
        # By model, the names without which no row can be and of which no answer says what they mean.
        self._open: defaultdict[Any, set[str]] = defaultdict(set)
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
            for text in self._texts(row, column, cell):
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
        spellings = [slug, *(str(cells.get(name) or "") for name in TITLES)]
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
        cells, unread, written = dict(row.cells), set[str](), dict(row.written)
        for name, cell in row.cells.items():
            column = row.table.columns.get(name)
            if column is None or not column.field.is_relation or cell in (None, "", []):
                continue
            if (slugs := self._slugs_of_cells.get(column.model)) is None:
                continue
            # A name that was not collected stands in a file that has changed since: it is no slug, and an error.
            texts = self._texts(row, column, cell)
            found = [*dict.fromkeys(slug for text in texts for slug in slugs.get(text, [text[0]]))]
            written[name] = " ".join(text for text, _is_list, _number in texts)
            cells[name] = found if column.is_many_to_many and found else next(iter(found), None)
            if not found and not self._refused[column.model].isdisjoint(texts):
                unread.add(name)
        return replace(row, cells=cells, unread=row.unread | unread, written=written)

    def without_open(self, row: FileRow) -> FileRow:
        """The resolved row without the names that are asked about: that none has them is no further error."""
        columns = row.table.columns
        unread = {
            name
            for name, cell in row.cells.items()
            if name in columns
            and columns[name].field.is_relation
            and isinstance(cell, str)
            and cell in self._open[columns[name].model]
        }
        if not unread:
            return row
        cells = row.cells | dict.fromkeys(unread)
        return replace(row, cells=cells, unread=row.unread | unread)

    def look_up(self, model: Any) -> None:
        """Find what the collected names of this model mean, once."""
        if model in self._slugs_of_cells or not (cells := self._cells.get(model)):
            return
        known = self._find(
            model, {name for text, is_list, _number in cells for name in _possible(text, is_list)}
        )
        names = {
            (text, is_list, number): split_names(text, known.__contains__) if is_list else [text]
            for text, is_list, number in cells
        }
        missing = {normalize_title(name) for these in names.values() for name in these if name not in known}
        near = near_names(model, missing - {""}, self._city_name())
        stored = self._choices_near(model, near)
        for (text, is_list, number), these in names.items():
            if is_list:
                names[text, is_list, number] = [
                    part for name in these for part in _joined_parts(name, known, near, stored) or [name]
                ]
        meanings = self._meanings(model, names, known, near, stored)
        self._slugs_of_cells[model] = {
            cell: [slug for name in these for slug in meanings.get((name, cell[2]), meanings[name, ""])]
            for cell, these in names.items()
        }

    def _meanings(
        self,
        model: Any,
        names: Mapping[_CellKey, list[str]],
        known: dict[str, _Records],
        near: Mapping[str, NearNames],
        stored: Mapping[int, Choice],
    ) -> dict[tuple[str, str], list[str]]:
        """The slugs that each name stands for: one, or none if it is left out.

        By name and, where the document number speaks against the record that has the name, this number.
        """
        meanings: dict[tuple[str, str], list[str]] = {}
        unclear: dict[tuple[str, str], UnclearName] = {}
        aliases = self._aliases(model, known)
        for cell, these in names.items():
            found = self._cells[model][cell]
            for name in these:
                records = known.get(name, {})
                number = cell[2] if (title := aliases.get(name)) and self._is_of_city(title) else ""
                meanings.setdefault((name, ""), [slug_chosen(value) for value in records])
                if len(records) == 1 and name not in aliases:
                    continue
                if number:
                    meanings[name, number] = []
                unclear.setdefault(
                    (normalize_title(name) or name, code_of(number)),
                    self._unclear_name(model, name, found, aliases.get(name, ""), number),
                ).add((name, number), found.rows, is_optional=found.is_optional)
        answered = self._answered_records(model, unclear)
        titles = {one.new_title for one in unclear.values() if one.new_title != one.text}
        there = self._find(model, titles) if titles else {}
        for (key, code), one in unclear.items():
            question: Question | Problem
            one.there = tuple(there.get(one.new_title, {}).values())
            records = known.get(one.text, {})
            if len(records) == 1:
                (record,) = records.values()
                others = [answered[key, code]] if (key, code) in answered else []
                question = ask_alias(model, key, one, [record, *others])
            elif records:
                question = ask_ambiguous(model, key, one, [*records.values()])
            else:
                nearest = near.get(key, NearNames())
                question = ask_missing(model, key, one, nearest, stored, answered.get((key, code)))
            self._answer(model, question, one, meanings)
            if isinstance(question, Problem):
                refused = {text for text, _number in one.spellings}
                self._refused[model] |= {cell for cell, these in names.items() if refused & {*these}}
        return meanings

    def _unclear_name(self, model: Any, name: str, cell: _Cell, title: str, number: str) -> UnclearName:
        new_title = full_title(model, name, self._city_name())
        return UnclearName(
            *(name, cell.place, cell.column, title, number),
            *(new_title, is_short(model, new_title), self._publishes),
            parent=usual_parent(model, new_title),
        )

    def _aliases(self, model: Any, known: Mapping[str, _Records]) -> dict[str, str]:
        """Of the names that one record has only as another name, and that are no usual short form of its title, its title."""
        slugs = {
            name: slug_chosen(next(iter(records))) for name, records in known.items() if len(records) == 1
        }
        found, city = stored_aliases(model, slugs.values()), self._city_name()
        aliases = {}
        for name, slug in slugs.items():
            if name.lower() == slug or slug not in found:
                continue
            record, normalized = found[slug], normalize_title(name)
            spellings = {normalized, *names_in_city(normalized, city)}
            is_short_form = full_name(normalized, city) == full_name(normalize_title(record.title), city)
            if record.aliases & spellings and not (record.titles & spellings or is_short_form):
                aliases[name] = record.title
        return aliases

    def _is_of_city(self, title: str) -> bool:
        return bool(city := self._city_name()) and city in normalize_title(title)

    def _answer(
        self,
        model: Any,
        question: Question | Problem,
        name: UnclearName,
        meanings: dict[tuple[str, str], list[str]],
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
                # It tells the row from others, until the answer does.
                slugs = [name.text]
                self._open[model].add(name.text)
        for spelling in name.spellings:
            meanings[spelling] = slugs

    def _create(self, model: Any, name: UnclearName) -> str:
        """The slug of a new record, which gets a row where it is named first. A name that is not its title is another name of it."""
        table, title = table_of(model), name.new_title
        for row in self.created[table.name]:
            if normalize_title(title) == normalize_title(str(row.cells["title"])):
                others = split_aliases(str(row.cells.get("aliases") or ""))
                if name.text not in (row.cells["title"], *others):
                    row.cells["aliases"] = "；".join([*others, name.text])
                return str(row.cells["slug"])
        cells: dict[str, PlainValue] = {"slug": self._slugs.make(model, title), "title": title}
        if title != name.text:
            cells["aliases"] = name.text
        if name.parent:
            cells["parent"] = name.parent[0]
        self.created[table.name].append(FileRow(replace(name.place, table=table.name), table, cells))
        return str(cells["slug"])

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
            cells = self._cells[model]
            texts = {name for text, is_list, _number in cells for name in _possible(text, is_list)}
            names = {*map(normalize_title, texts)}
            # What a name would be created as may be there.
            names |= {normalize_title(full_title(model, text, self._city_name())) for text in texts}
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

    def _answered_records(
        self, model: Any, names: Mapping[tuple[str, str], UnclearName]
    ) -> dict[tuple[str, str], Choice]:
        """The records that were chosen for these names, of which the choices may have others now."""
        chosen = {
            key: slug
            for key, name in names.items()
            if (slug := slug_chosen(self._answers.get(name.key(model, key[0]), "")))
        }
        slugs = stored_slugs(model, chosen.values())
        stored = stored_choices(model, {*slugs.values()})
        return {key: stored[slugs[slug]] for key, slug in chosen.items() if slug in slugs}

    def _texts(self, row: FileRow, column: Column, cell: Any) -> list[_CellKey]:
        """The texts of a cell."""
        number = str(row.cells.get("document_number") or "")
        number = number_above_city(number, self._city_name()) if number else ""
        if isinstance(cell, list):
            return [(str(text), False, number) for text in cell]
        return [(str(cell), column.is_many_to_many, number)]


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
