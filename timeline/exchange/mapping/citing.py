"""The source of what a mapped file says: one that is chosen, or the file itself, cited with the line of each row."""

import functools
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.db.models import Q
from django.utils.translation import gettext as _

from timeline.exchange.mapping.kept_rows import KeptRows
from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.mapping.mapping import THIS_FILE, Answers, Mapping
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import NEW, RECORD, slug_chosen
from timeline.exchange.mapping.row_locators import row_locator
from timeline.exchange.mapping.sheet_outline import first_lines, texts_of
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import stem_of_upload
from timeline.exchange.readers.sources import Upload, describe_file
from timeline.exchange.readers.types import CitedRows, FileLocation, FileRow, Problem, ReadResult, Sheet
from timeline.models import Revision, Source, SourceType
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table
from timeline.values.slugs import slug_from

_SLUG_LENGTH = 100
# Of the hash of what the file says at the end of its slug: the table of next year may have the same title.
_HASH_LENGTH = 8
# Of the sources with the title of a file, as many are choices.
_MAX_ASKED = 5


class Citing:
    """Adds the citation of the source to each row. If the files are the source, their rows are those of `sources`."""

    def __init__(
        self,
        reading: ReadResult,
        files: Sequence[Path | Upload],
        mapping: Mapping,
        answers: Answers,
        *,
        publish: bool = False,
    ) -> None:
        self.reading, self.files, self.answers, self.publishes = reading, files, answers, publish
        self.source, self.title = mapping.source, mapping.source_title
        self.sources: dict[str, _FileSource] = {}

    def rows_of(
        self, sheet: MappedSheet, rows: KeptRows, digest: bytes, *, is_only: bool
    ) -> Callable[[], Iterator[FileRow | Problem]]:
        """The rows of the sheet, each followed by its citation, if it can have one. What is missing is added to the reading.

        `digest` is that of what the rows say. They are iterated when all sheets have been added.
        """
        plain = functools.partial(iter, rows)
        part = sheet.table.parts.get("citations")
        place = FileLocation(sheet.grid.file, sheet.table.name)
        if not self.source:
            if part is not None and self.publishes:
                words = _("No source is chosen that all rows cite; what is published must cite one.")
                self.reading.add_notice(place, words)
            return plain
        if part is None:
            self.reading.add_notice(place, _("Rows of this table cite nothing."))
            return plain
        source = Source.objects.filter(slug=self.source).first()
        if self.source != THIS_FILE and source is None:
            message = _("There is no source “%(slug)s”, which all rows should cite.")
            self.reading.add_problem(place, message, slug=self.source)
            return plain
        if self.source == THIS_FILE:
            of_file = self._source_of_file(sheet, is_only=is_only)
            of_file.add(digest)
            slug, file = of_file.slug, ""
        else:
            slug = functools.partial(str, self.source)
            # Other files may cite the lines of one that is none of them.
            file = "" if source is not None and is_file_source(source) else self._file_of(sheet).name
        return functools.partial(_cited, rows, part, slug, "" if is_only else sheet.grid.name, file)

    def questions(self) -> list[Question]:
        """For each file that may be a source that is there, of which it is a corrected version: whether it is. When all sheets have been added."""
        found = []
        for source in self.sources.values():
            if question := source.question():
                question = question.answered(self.answers)
                source.chosen = slug_chosen(question.answer)
                found.append(question)
        return found

    def source_sheets(self) -> Iterator[Sheet]:
        """The sheets of the files that are sources."""
        for row in (source.row() for source in self.sources.values()):
            read = functools.partial(iter, [row])
            yield Sheet(row.place.file, row.table, read, headers={"slug": "slug"})

    def _file_of(self, sheet: MappedSheet) -> Path | Upload:
        return next(file for file in self.files if sheet.grid.file.startswith(file.name))

    def _source_of_file(self, sheet: MappedSheet, *, is_only: bool) -> "_FileSource":
        file = self._file_of(sheet)
        if file.name not in self.sources:
            title = self.title or file_title(file.name, sheet.grid if is_only else None, sheet.header.first)
            self.sources[file.name] = _FileSource(file, title)
        return self.sources[file.name]


class _FileSource:
    """The source that a file is. One that says the same as an earlier file in the same lines is the same source."""

    def __init__(self, file: Path | Upload, title: str) -> None:
        self.file, self.title = file, title
        self._digest = hashlib.sha256()
        # The slug of the source that it is by an answer.
        self.chosen = ""

    def add(self, digest: bytes) -> None:
        """Add a sheet by the digest of what its rows say."""
        self._digest.update(digest)

    def slug(self) -> str:
        """The slug, when all sheets have been added."""
        if self.chosen:
            return self.chosen
        title = slug_from(self.title, _SLUG_LENGTH) or "file"
        return f"{title}-{self._digest.hexdigest()[:_HASH_LENGTH]}"

    def question(self) -> Question | None:
        """Whether it is a source that a table of its title or file name became, unless it says the same as one. Nothing is proposed.

        Taken for a new one, a corrected version would cite all of its rows a second time. The title that an import gave
        counts as well as that which somebody has given the source since.
        """
        sources = Source.objects.order_by("-pk")
        titled = Revision.objects.for_model(Source).filter(batch__isnull=False, title=self.title)
        of_file = (
            Q(title=self.title)
            | Q(pk__in=titled.values("record"))
            | Q(note__startswith=_noted(self.file.name))
        )
        same = sources.filter(of_file, type=SourceType.DATASET)[:_MAX_ASKED]
        titles = {source.slug: source.title for source in same}
        slugs = [*titles]
        if not slugs or sources.filter(slug=self.slug()).exists():
            return None
        text = _(
            "The file becomes a source “%(title)s”, and there is one of this title. Is it a corrected version of it?"
        )
        if self.title not in titles.values():
            text = _(
                "The file becomes a source “%(title)s”, and there is one that a file of this name or title became. Is it a corrected version of it?"
            )
        label = _("Yes: its rows cite “%(title)s” (slug “%(slug)s”)")
        choices = [
            Choice(RECORD + slug, label % {"title": title, "slug": slug}) for slug, title in titles.items()
        ]
        return Question(
            f"record/sources/{self.title}/{','.join(sorted(slugs))}",
            text % {"title": self.title},
            self.title,
            FileLocation(self.file.name, "sources"),
            (*choices, Choice(NEW, _("No, it is a new one"))),
        )

    def row(self) -> FileRow:
        """The row of the source. Its note names the newest version of the file, unless somebody wrote another.

        One that only was saved again says the same in the same lines, and is no newer version.
        """
        stored = Source.objects.filter(slug=self.slug()).first()
        cells: dict[str, PlainValue] = {"slug": self.slug()}
        if not self.chosen:
            cells |= {"title": self.title, "type": SourceType.DATASET.value}
        if stored is None or (self.chosen and is_file_source(stored)):
            digest = str(describe_file(self.file)["sha256"])
            cells["note"] = _NOTE % {"name": self.file.name, "digest": digest}
        place = FileLocation(self.file.name, "sources")
        return FileRow(place, TABLES["sources"], cells, is_identified=True)


def file_title(file_name: str, only_grid: Grid | None, header_begin: int) -> str:
    """The title of a file as a source: what stands alone in a line above the header of its only grid, or else its name."""
    lines = first_lines(only_grid) if only_grid else ()
    above = (texts_of(line) for line in lines if line.number < header_begin)
    alone = (filled[0] for texts in above if len(filled := [text for text in texts if text]) == 1)
    return next(alone, "") or stem_of_upload(file_name)


# Content of the chronicle, in its language.
_NOTE = "文件“%(name)s”，SHA-256：%(digest)s"
_is_note = re.compile("文件“.*”，SHA-256：[0-9a-f]{64}").fullmatch


def _noted(file_name: str) -> str:
    """What the note of a source begins with that a file of this name became."""
    return _NOTE.partition("%(digest)s")[0] % {"name": file_name}


def is_file_source(source: Source) -> bool:
    """Whether a source is a file, and its note as an import wrote it."""
    return source.type == SourceType.DATASET and _is_note(source.note) is not None


def _cited(
    rows: KeptRows, part: Table, slug: Callable[[], str], tab: str, file: str
) -> Iterator[FileRow | Problem]:
    """The rows, each followed by its citation: its line is the place in the source, with the tab if there are several.

    A corrected version of a file has its rows in other lines, and the place is part of the key of a citation: these
    citations tell that rows made them, so that the import moves those of the former version.
    """
    source, cited_rows = slug(), CitedRows(file)
    for row in rows:
        yield row
        if isinstance(row, FileRow):
            place = FileLocation(row.place.file, part.name, row.place.row, row.place.line)
            cells: dict[str, PlainValue] = {"source": source, "locator": row_locator(tab, row.place.line)}
            yield FileRow(place, part, cells, cited_rows=cited_rows)
