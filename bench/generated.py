"""A generated chronicle of any size: entries in the proportions of existing content, each with different text.

Different, since a page that repeats one text two hundred times compresses to almost nothing. The rows have the columns,
the lengths of texts and the numbers of references of the content, their assessments excepted, of which it has none.
Reference records grow more slowly than entries, as in a city: ten times as many entries have 5.6 times as many sources,
2.5 times as many organizations, twice as many topics and areas. Phases depend on the years, not on the entries.
References prefer the first records, so that some are named by many: with 100,000 entries, the first of 3,300 sources by
one citation in 58.
"""

import contextlib
import csv
import itertools
import random
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.site import CONTENT

Row = dict[str, Any]

YEARS = range(2010, 2027)
PHASES = {"made-foundations": "2010/2015", "made-growth": "2016/2020", "made-renewal": "2021/2025"}
# The exponents of growth against the number of entries.
GROWTH = {"sources": 0.75, "topics": 0.3, "organizations": 0.4, "areas": 0.3}
# The share of the goals due before the last year that have an assessment.
ASSESSED = 0.5
DELIVERIES = ("achieved", "partly", "in_progress", "not_achieved", "unverifiable")
# Words that searches look for: one in so many entries as ever there are, and one in a share of the titles.
RARE_WORD, RARE_ENTRIES = "鼋鼍", 25
LONG_WORD, LONG_SHARE = "一体化数据资源共享交换平台", 0.05

TEXTS = ("title", "summary", "body", "editor_note", "description", "note", "occasion", "programme")
# The texts of citations, each with the column whose words it has.
CITED_TEXTS = {"quotation": "summary", "quotation_en": "summary_en", "remark": "summary"}
PARTS = ("citations", "relations", "assessments", "assessment_citations")
# The columns that refer to reference records, with their tables.
LINKS = {
    "topics": "topics",
    "issuers": "organizations",
    "organizations": "organizations",
    "authorities": "organizations",
    "areas": "areas",
    "designee": "areas",
}
# By column of dates, in how many years after the year of the entry they lie.
DATES = {"date": 0, "issued": 0, "published_on": 0, "effective_from": 0, "effective_until": 5, "covers": 0}


def _read(content: Sequence[Path]) -> dict[str, list[Row]]:
    """The rows of the content by table, those that only add to others merged into these."""
    tables: dict[str, dict[str, Row]] = {}
    for path in (path for folder in content for path in sorted(folder.glob("*.yaml"))):
        rows = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        known = tables.setdefault(path.stem, {})
        for row in rows if isinstance(rows, list) else [rows]:
            present = known.setdefault(row["slug"], {})
            added = {name: [*present.get(name, ()), *row.get(name, ())] for name in PARTS}
            present |= row | {name: parts for name, parts in added.items() if parts}
    return {table: [*rows.values()] for table, rows in tables.items()}


def _pieces(column: str, text: str) -> list[str]:
    """Split text into pieces of about a word, without phrases that compress well and without line ends."""
    if column.endswith("_en"):
        return [f"{word} " for word in text.split() if word != "-"]
    text = "".join(text.split()).replace("-", "")
    return [text[start : start + 2] for start in range(0, len(text), 2)]


class Generator:
    """The generator of one chronicle. Deterministic."""

    def __init__(self, count: int, content: Sequence[Path] = CONTENT) -> None:
        self.count = count
        self._content = _read(content)
        self._patterns = [
            (table, row)
            for table in ("policies", "pilot_designations", "milestones", "goals")
            for row in self._content.get(table, ())
            if {"title", "summary", "citations"} <= row.keys()
        ]
        self._chance = random.Random(200)
        # By column, in either language.
        self._words: dict[str, list[str]] = {}
        for row in itertools.chain(*self._content.values()):
            for column in (name for text in TEXTS for name in (text, f"{text}_en") if name in row):
                self._words.setdefault(column, []).extend(_pieces(column, row[column]))
        growth = max(1.0, count / len(self._patterns))
        self._slugs = {
            table: [
                f"made-{table}-{number}"
                for number in range(max(3, round(len(self._content[table]) * growth**exponent)))
            ]
            for table, exponent in GROWTH.items()
        }
        # What later entries refer to: policies, and what declares goals with its year.
        self._policies: list[str] = []
        self._declaring: list[tuple[str, int]] = []

    def rows(self) -> Iterator[tuple[str, Row]]:
        """The rows, each with its table: the reference records, then this number of entries with their parts."""
        for slug, period in PHASES.items():
            pattern = self._chance.choice(self._content["phases"])
            citations = [{"source": self._slugs["sources"][0], "locator": "¶1"}]
            yield "phases", self._texts(pattern) | {"slug": slug, "period": period, "citations": citations}
        for table, slugs in self._slugs.items():
            for number, slug in enumerate(slugs):
                yield table, self._reference(table, number, slug)
        every = max(1, self.count // RARE_ENTRIES)
        for number, (table, pattern) in enumerate(
            itertools.islice(itertools.cycle(self._patterns), self.count)
        ):
            row = self._entry(table, number, pattern)
            if number % every == 0:
                row["summary"] += RARE_WORD
            if self._chance.random() < LONG_SHARE:
                row["title"] += LONG_WORD
            yield table, row

    def _reference(self, table: str, number: int, slug: str) -> Row:
        pattern = self._chance.choice(self._content[table])
        row = self._texts(pattern) | {"slug": slug}
        if table == "sources":
            return row | {"url": f"https://news.example.cn/{number}", "published": str(self._year())}
        if table == "topics":
            cited = [{"source": self._preferred("sources"), "locator": f"¶{number + 1}"}]
            return row | {"position": number * 10, "citations": cited}
        if table == "areas":
            return row | {"position": number * 10, "parent": self._slugs[table][0] if number else ""}
        return row | {"precedence": 10 + number}

    def _entry(self, table: str, number: int, pattern: Row) -> Row:
        row = {name: value for name, value in pattern.items() if name not in (*PARTS, "policies")}
        row |= self._texts(pattern) | {"slug": f"made-{number:06}"}
        year = self._year()
        row |= {
            name: self._date(pattern[name], year + later) for name, later in DATES.items() if name in pattern
        }
        for column, referred in LINKS.items():
            if isinstance(named := pattern.get(column), list):
                row[column] = sorted({self._preferred(referred) for _slug in named})
            elif named:
                row[column] = self._preferred(referred)
        if "phase" in pattern:
            row["phase"] = self._chance.choice([*PHASES])
        if "document_number" in pattern:
            row["document_number"] = f"甬政发〔{year}〕{number + 1}号"
        row["citations"] = self._citations(pattern)
        if table == "policies":
            relations = {
                self._earlier(): one["type"] for one in pattern.get("relations", ()) if self._policies
            }
            row["relations"] = [{"type": type, "to": other} for other, type in relations.items()]
            self._policies.append(row["slug"])
        elif "policies" in pattern:
            row["policies"] = sorted({self._earlier() for _slug in pattern["policies"] if self._policies})
        if table == "goals":
            self._set_goal(row, pattern, year)
        else:
            self._declaring.append((row["slug"], year))
        return row

    def _set_goal(self, row: Row, pattern: Row, year: int) -> None:
        """Let the goal be declared by one of the latest entries, and let it be due some years later."""
        if "declared_by" in pattern and self._declaring:
            row["declared_by"], since = self._chance.choice(self._declaring[-100:])
            year = max(year, since)
        if "target" not in pattern:
            return
        due = year + self._chance.randrange(1, 7)
        row["target"] = str(due)
        if due < YEARS[-1] and self._chance.random() < ASSESSED:
            date = str(due + 1)
            row["assessments"] = [
                {
                    "date": date,
                    "delivery": DELIVERIES[self._skewed(len(DELIVERIES))],
                    "evidence": self._chance.choice(("self_declared", "independent")),
                }
            ]
            row["assessment_citations"] = [{"assessment_date": date, "source": self._preferred("sources")}]

    def _citations(self, pattern: Row) -> list[Row]:
        found: dict[str, Row] = {}
        for cited in pattern["citations"]:
            row = {"source": self._preferred("sources")}
            if "locator" in cited:
                row["locator"] = f"¶{self._chance.randrange(1, 41)}"
            row |= {
                name: self._text(column, cited[name])[: len(cited[name])]
                for name, column in CITED_TEXTS.items()
                if name in cited
            }
            if "date" in cited:
                row["date"] = str(self._year())
            found[row["source"]] = row
        return [*found.values()]

    def _texts(self, pattern: Row) -> Row:
        """Other texts of the same lengths."""
        return {column: self._text(column, text) for column, text in pattern.items() if column in self._words}

    def _text(self, column: str, text: str) -> str:
        """Text of this length, with its number of paragraphs."""
        words, paragraphs = self._words[column], text.split("\n\n")
        drawn = (self._chance.choices(words, k=len(_pieces(column, part))) for part in paragraphs)
        return "\n\n".join("".join(part).strip() for part in drawn)

    def _year(self) -> int:
        return self._chance.choice(YEARS)

    def _date(self, like: str, year: int) -> str:
        """A date of that year, as precise as another one."""
        if re.fullmatch(r"\d{4}(-[01]\d(-\d\d)?)?", like):
            month, day = self._chance.randrange(1, 13), self._chance.randrange(1, 29)
            return f"{year}-{month:02}-{day:02}"[: len(like)]
        first = int(like[:4])
        return re.sub(r"\d{4}", lambda found: str(year + int(found[0]) - first), like)

    def _skewed(self, size: int) -> int:
        return int(size * self._chance.random() ** 2)

    def _preferred(self, table: str) -> str:
        slugs = self._slugs[table]
        return slugs[self._skewed(len(slugs))]

    def _earlier(self) -> str:
        """An earlier policy; some are named by many."""
        return self._policies[int(len(self._policies) * self._chance.random() ** 4)]


def write(folder: Path, count: int, content: Sequence[Path] = CONTENT) -> None:
    """Write a chronicle of this number of entries into a new folder of CSV files, parts in files of their own."""
    from timeline.exchange.exporting.cells import cell_text
    from timeline.exchange.formula_escaping import to_cell
    from timeline.rows.tables import TABLES

    folder.mkdir(parents=True)
    # The first is whole; further folders may change some of its columns.
    site = next(path for each in content for path in each.glob("site.yaml"))
    for path in (site, *site.parent.glob("logo.*")):
        shutil.copy(path, folder)
    with contextlib.ExitStack() as files:
        sheets: dict[str, Any] = {}

        def write_row(table: str, row: Row) -> None:
            if table not in sheets:
                path = folder / f"{table}.csv"
                file = files.enter_context(path.open("w", newline="", encoding="utf-8"))
                sheets[table] = csv.DictWriter(file, [*TABLES[table].columns])
                sheets[table].writeheader()
            cells = {name: cell_text(value) for name, value in row.items()}
            sheets[table].writerow({name: to_cell(cell) for name, cell in cells.items() if cell})

        for table, row in Generator(count, content).rows():
            nested = {name: row.pop(name, ()) for name in TABLES[table].parts}
            write_row(table, row)
            for name, parts in nested.items():
                part = TABLES[table].parts[name]
                for one in parts:
                    write_row(part.name, {part.within: row["slug"]} | one)
