"""Names in the cells of references: which records they mean, and what is asked where they do not tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.db.models import Model

from timeline.editing.duplicate_titles import city_of_chronicle, normalize_title
from timeline.exchange.mapping.area_parents import Parents, possible_parents
from timeline.exchange.mapping.bare_names import is_relative
from timeline.exchange.mapping.body_levels import BodyLevels
from timeline.exchange.mapping.body_order import BodyOrder
from timeline.exchange.mapping.cell_names import notices_of_cells, read_cells
from timeline.exchange.mapping.continued_names import add_continued, continuation_of
from timeline.exchange.mapping.document_levels import key_of_level, tells_city
from timeline.exchange.mapping.mapping import Answers
from timeline.exchange.mapping.name_cells import CellText, Length, NamedCell, texts_of
from timeline.exchange.mapping.name_lists import split_joined
from timeline.exchange.mapping.name_questions import (
    UnclearName,
    ask_alias,
    ask_ambiguous,
    ask_missing,
    choices_answered,
)
from timeline.exchange.mapping.name_remarks import ReadNames, has_brackets
from timeline.exchange.mapping.named_records import NamedRecords, Records, by_value
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.office_titles import full_titles, is_short, possible_titles
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import (
    creates,
    same_choice,
    slug_chosen,
    stored_choices,
    title_chosen,
)
from timeline.exchange.mapping.record_names import (
    NearNames,
    longer_names,
    names_in_city,
    near_names,
    other_names,
)
from timeline.exchange.mapping.same_names import answering_keys, longer_spellings
from timeline.exchange.readers.types import FileRow, Notice, Problem
from timeline.models import Area, Organization
from timeline.models.records import Record
from timeline.rows.columns import PlainValue
from timeline.rows.tables import table_of
from timeline.values.text import split_names as split_aliases

# By the key of the question.
_Asked = Mapping[str, tuple[Question, UnclearName]]
# By cell and name in it, the level that the name has there (see `BodyLevels`).
_Levels = Mapping[tuple[CellText, str], str]


class Names:
    """The names in the rows of one import. `collect` all of them, `look_up` a model, then `resolve` each row."""

    def __init__(self, answers: Answers, slugs: NewSlugs, *, publish: bool = False) -> None:
        self._answers, self._slugs, self._publishes = answers, slugs, publish
        self.questions: list[Question] = []
        self.problems: list[Problem] = []
        self.notices: list[Notice] = []
        # By table, the rows of the records that are created because rows name them.
        self.created: defaultdict[str, list[FileRow]] = defaultdict(list)
        # By model, the cells.
        self._cells: defaultdict[type[Record], dict[CellText, NamedCell]] = defaultdict(dict)
        # By model, the names that a cell has, and the slugs in their place; an unanswered name stays where one is required.
        self._slugs_of_cells: dict[type[Record], dict[CellText, list[str]]] = {}
        # By model, the cells with a name that can be neither found nor created, which is told once.
        self._refused: defaultdict[type[Record], set[CellText]] = defaultdict(set)
        # By model, the cells with a name of which no answer says what it means.
        self._asked: defaultdict[type[Record], set[CellText]] = defaultdict(set)
        # By model, the names without which no row can be and of which no answer says what they mean.
        self._open: defaultdict[type[Record], set[str]] = defaultdict(set)
        # By model, the normalized names that cells may have, and the records of rows with one of them.
        self._wanted: dict[type[Record], frozenset[str]] = {}
        self._records, self._order = NamedRecords(), BodyOrder()
        self._city: str | None = None

    def collect(self, row: FileRow) -> None:
        """Count the names in the references of a row."""
        for name, cell in row.cells.items():
            column = row.table.columns.get(name)
            if column is None or not column.field.is_relation:
                continue
            if cell in (None, "", []):
                continue
            cells, texts = self._cells[column.model], [*texts_of(row, column, cell, self._city_name())]
            self._order.collect(row, column, texts)
            for text in texts:
                found = cells.setdefault(text, NamedCell(row.place, name))
                found.rows += 1
                found.is_optional &= column.is_many_to_many or column.field.null

    def has_names_of(self, model: type[Model]) -> bool:
        """Whether references to this model, or to one that it inherits, were collected."""
        return any(issubclass(model, named) for named in self._cells)

    def add(self, row: FileRow) -> None:
        """Let rows name the record of this row, which has its slug."""
        if row.table.model is Organization:
            self._order.add(row)
        for model in self._cells:
            if issubclass(row.table.model, model):
                self._records.add(model, row, self._wanted_names(model))

    def resolve(self, row: FileRow) -> FileRow:
        """The row with slugs in place of the names of models that were looked up."""
        cells, written = dict(row.cells), dict(row.written)
        unread, asked = set[str](), set[str]()
        further: dict[str, list[str]] = {}
        for name, cell in row.cells.items():
            column = row.table.columns.get(name)
            if column is None or not column.field.is_relation or cell in (None, "", []):
                continue
            if (slugs := self._slugs_of_cells.get(column.model)) is None:
                continue
            # A name that was not collected stands in a file that has changed since: it is no slug, and an error.
            texts = [*texts_of(row, column, cell, self._city_name())]
            found = [*dict.fromkeys(slug for text in texts for slug in slugs.get(text, [text.text]))]
            written[name] = " ".join(text.text for text in texts)
            cells[name] = found if column.is_many_to_many and found else next(iter(found), None)
            if not found and not self._refused[column.model].isdisjoint(texts):
                unread.add(name)
            if not self._asked[column.model].isdisjoint(texts):
                asked.add(name)
            # What is asked about is no slug yet.
            others = [slug for slug in found[1:] if slug not in self._open[column.model]]
            if others and continuation_of(row.table, name):
                further[name] = others
        add_continued(row.table, cells, further)
        return replace(row, cells=cells, unread=row.unread | unread, asked=row.asked | asked, written=written)

    def without_open(self, row: FileRow) -> FileRow:
        """The resolved row without the names that are asked about: that none has them is no further error."""
        cells, unread = dict(row.cells), set[str]()
        for name, cell in row.cells.items():
            column = row.table.columns.get(name)
            if column is None or not column.field.is_relation or not (names := self._open[column.model]):
                continue
            if isinstance(cell, list):
                # The same name may be optional here and required in another cell.
                if not names.isdisjoint(cell):
                    cells[name] = [one for one in cell if one not in names] or None
                    unread.add(name)
            elif isinstance(cell, str) and cell in names:
                cells[name] = None
                unread.add(name)
        return replace(row, cells=cells, unread=row.unread | unread) if unread else row

    def look_up(self, model: type[Record]) -> None:
        """Find what the collected names of this model mean, once."""
        if model in self._slugs_of_cells or not (cells := self._cells.get(model)):
            return
        known = self._find(model, {name for cell in cells for name in cell.possible_names})
        read = read_cells(model, cells, known, self._city_name(), self._answers)
        names = {cell: [*one.names] for cell, one in read.items()}
        levels = BodyLevels(model, self._city_name(), known, self._aliases(model, known))
        unknown = {name for these in names.values() for name in these} | {
            one.divides for one in read.values()
        }
        missing = {normalize_title(name) for name in unknown if name not in known}
        near = near_names(model, missing - {""}, self._city_name())
        stored = self._choices_near(model, near)
        for cell, these in names.items():
            if cell.length in (Length.MANY, Length.AREAS):
                names[cell] = [
                    part for name in these for part in _joined_parts(name, known, near, stored) or [name]
                ]
        found = {
            (cell, name): levels.level_of(name, cell.level, these)
            for cell, these in names.items()
            for name in these
        }
        meanings = self._meanings(model, names, read, known, near, stored, levels, found)
        self._slugs_of_cells[model] = {
            cell: [slug for name in these for slug in meanings[name, found[cell, name]]]
            for cell, these in names.items()
        }
        self.notices += notices_of_cells(read, cells)
        if model is Organization:
            created = [str(row.cells["slug"]) for row in self.created.get(table_of(model).name, ())]
            self.notices += self._order.notices(self._slugs_of_cells[model], created)

    def _meanings(
        self,
        model: type[Record],
        names: Mapping[CellText, list[str]],
        read: Mapping[CellText, ReadNames],
        known: dict[str, Records],
        near: Mapping[str, NearNames],
        stored: Mapping[int, Choice],
        bodies: BodyLevels,
        levels: _Levels,
    ) -> dict[tuple[str, str], list[str]]:
        """The slugs that each name stands for, by name and level: one, or none if it is left out."""
        meanings: dict[tuple[str, str], list[str]] = {}
        unclear: dict[tuple[str, str], UnclearName] = {}
        for cell, these in names.items():
            found = self._cells[model][cell]
            divided = read[cell].divides
            for name in [*these, *([divided] if divided else [])]:
                records, level = known.get(name, {}), levels.get((cell, name), "")
                meanings.setdefault((name, level), [slug_chosen(value) for value in records])
                if len(records) == 1 and name not in bodies.aliases and not bodies.lacks_district(name):
                    continue
                # What is named together with a record can be left out.
                is_further = cell.length is Length.CONTINUED and name not in (these[0], divided)
                one = unclear.setdefault(
                    (normalize_title(name) or name, key_of_level(level)),
                    self._unclear_name(model, name, found, bodies, level),
                )
                one.add((name, level), found.rows, is_optional=found.is_optional or is_further)
                if name == cell.text:
                    one.parts, one.is_list = read[cell].parts, read[cell].is_list
        answered = choices_answered(model, unclear, self._answers)
        longer = longer_names(model, {normalize_title(name) for name in bodies.bare})
        of_longer = stored_choices(model, {one for these in longer.values() for one in these})
        for (key, _level), one in unclear.items():
            self._add_typed(model, one, self._answers.get(one.key(model, key), ""))
        titles = {
            title
            for one in unclear.values()
            for title in (*one.new_titles, one.typed_title)
            if title not in ("", one.text)
        }
        there = self._find(model, titles) if titles else {}
        doubtful = {key: one for key, one in unclear.items() if one.is_of_more or not known.get(one.text)}
        self._add_longer(model, doubtful)
        asked: dict[str, tuple[Question, UnclearName]] = {}
        for (key, level), one in unclear.items():
            question: Question | Problem
            one.there = tuple(
                choice
                for title in dict.fromkeys((*one.new_titles, one.typed_title))
                for choice in there.get(title, {}).values()
            )
            records = known.get(one.text, {})
            if len(records) == 1:
                (record,) = records.values()
                others = [answered[key, level]] if (key, level) in answered else []
                others += [of_longer[one] for one in longer.get(key, ()) if one in of_longer]
                question = ask_alias(model, key, one, [record, *others])
            elif records:
                question = ask_ambiguous(model, key, one, [*records.values()])
            else:
                nearest = near.get(key, NearNames())
                question = ask_missing(model, key, one, nearest, stored, answered.get((key, level)))
            if isinstance(question, Problem):
                self.problems.append(question)
                meanings |= dict.fromkeys(one.spellings, [])
                self._refused[model] |= one.cells_among(names)
            else:
                asked[question.key] = question.answered(self._answers), one
        ends = answering_keys({key: question.answer for key, (question, _name) in asked.items()})
        for key, (_question, one) in asked.items():
            if not (ends[key] and asked[ends[key]][0].answer):
                self._asked[model] |= one.cells_among(names)
        return meanings | self._answered_meanings(model, asked, ends)

    def _unclear_name(
        self, model: type[Record], name: str, cell: NamedCell, bodies: BodyLevels, level: str
    ) -> UnclearName:
        titles = full_titles(model, name, self._city_name(), is_of_city=tells_city(level))
        header = (cell.place.names or {}).get(cell.column, "")
        return UnclearName(
            *(name, cell.place, cell.column, bodies.aliases.get(name, ""), level, bodies.is_bare(name)),
            *(titles, is_short(model, titles[0]), self._publishes),
            parents=possible_parents(titles[0], self._city_name(), header) if model is Area else Parents(),
        )

    def _add_typed(self, model: type[Record], name: UnclearName, answer: str) -> None:
        """Let a name know the title that somebody has typed for a new record of it."""
        name.typed_title = title_chosen(answer)
        if name.typed_title and model is Area:
            header = name.place.named(name.column)
            name.typed_parents = possible_parents(name.typed_title, self._city_name(), header)

    def _aliases(self, model: type[Record], known: Mapping[str, Records]) -> dict[str, str]:
        """Of the names that one record has only as another name, its title (see `other_names()`)."""
        slugs = {
            name: slug_chosen(next(iter(records))) for name, records in known.items() if len(records) == 1
        }
        return other_names(model, slugs, self._city_name())

    def _add_longer(self, model: type[Record], missing: Mapping[tuple[str, str], UnclearName]) -> None:
        """Let each missing name know the one of which it is a short form, unless both create the same."""
        by_name = {key: one for (key, level), one in missing.items() if not level}
        for key, longer in longer_spellings(model, by_name, self._city_name()).items():
            name, other = by_name[key], by_name[longer]
            if normalize_title(name.new_title) != normalize_title(other.new_title):
                name.longer, name.same = other.text, same_choice(other.key(model, longer), other.text)

    def _answered_meanings(
        self, model: type[Record], asked: _Asked, ends: Mapping[str, str]
    ) -> dict[tuple[str, str], list[str]]:
        """What names mean by the answers to these questions, which are those of the import then."""
        slugs: dict[str, list[str]] = {}
        for key, (question, name) in asked.items():
            if not ends[key]:
                question = replace(question, answer="", is_answered=False)
            self.questions.append(question)
            if ends[key] in ("", key):
                slugs[key] = self._slugs_answered(model, question.answer, name)
        for key, end in ends.items():
            if key not in slugs:
                slugs[key] = slugs[end]
                self._add_name(model, slugs[end], asked[key][1].text)
        return {spelling: slugs[key] for key, (_question, one) in asked.items() for spelling in one.spellings}

    def _slugs_answered(self, model: type[Record], answer: str, name: UnclearName) -> list[str]:
        """The slug that an answer gives a name; none if that is left out."""
        if creates(answer):
            return [self._create(model, name, answer)]
        if slug := slug_chosen(answer):
            return [slug]
        if not answer and not name.is_optional:
            # It tells the row from others, until the answer does.
            self._open[model].add(name.text)
            return [name.text]
        return []

    def _create(self, model: type[Record], name: UnclearName, answer: str) -> str:
        """The slug of a new record, which gets a row where it is named first. A name that is not its title is another name of it."""
        table, title = table_of(model), name.title_chosen(answer)
        for row in self.created[table.name]:
            if normalize_title(title) == normalize_title(str(row.cells["title"])):
                slugs = [str(row.cells["slug"])]
                self._add_name(model, slugs, name.text)
                return slugs[0]
        cells: dict[str, PlainValue] = {"slug": self._slugs.make(model, title), "title": title}
        if title != name.text and not is_relative(name.text):
            cells["aliases"] = name.text
        if parent := name.parent_chosen(answer):
            cells["parent"] = parent
        self.created[table.name].append(FileRow(replace(name.place, table=table.name), table, cells))
        return str(cells["slug"])

    def _add_name(self, model: type[Record], slugs: Collection[str], name: str) -> None:
        """Let the record with this slug, if it is created, have this as another name, unless it is one in this table only."""
        if is_relative(name):
            return
        for row in self.created.get(table_of(model).name, ()):
            others = split_aliases(str(row.cells.get("aliases") or ""))
            if row.cells["slug"] in slugs and name not in (row.cells["title"], *others):
                row.cells["aliases"] = "；".join([*others, name])

    def _find(self, model: type[Record], texts: Iterable[str]) -> dict[str, Records]:
        """The records that have these names, by name."""
        return self._records.find(model, texts, self._wanted_names(model), self._city_name())

    def _wanted_names(self, model: type[Record]) -> frozenset[str]:
        """The normalized names that the cells of a model may have, with and without the city."""
        if model not in self._wanted:
            cells = self._cells[model]
            texts = {name for cell in cells for name in cell.possible_names}
            names = {*map(normalize_title, texts)}
            # What a name would be created as may be there.
            titles: set[str] = set().union(
                *(possible_titles(model, text, self._city_name()) for text in texts)
            )
            titles |= {*map(title_chosen, self._answers.values())}
            names |= {*map(normalize_title, titles)}
            in_city = {other for name in names for other in names_in_city(name, self._city_name())}
            self._wanted[model] = frozenset((names | in_city) - {""})
        return self._wanted[model]

    def _city_name(self) -> str:
        if self._city is None:
            self._city = city_of_chronicle()
        return self._city

    def _choices_near(self, model: type[Record], near: Mapping[str, NearNames]) -> dict[int, Choice]:
        keys = {key for one in near.values() for key in (*one.nearest, *one.full)}
        contained = {key for one in near.values() for these in one.contained.values() for key in these}
        return stored_choices(model, keys | contained)


def _joined_parts(
    name: str, known: dict[str, Records], near: Mapping[str, NearNames], stored: Mapping[int, Choice]
) -> list[str]:
    """The names that an unknown one is made of, which are known then; none if it is not."""
    if name in known or has_brackets(name) or not (found := near.get(normalize_title(name))):
        return []
    parts = split_joined(normalize_title(name), found.contained)
    records = [by_value(stored[key] for key in found.contained[part]) for part in parts]
    if not all(len(these) == 1 for these in records):
        return []
    known.update(zip(parts, records, strict=True))
    return parts
