"""Helpers for tests of imports: valid files, imports of rows, and the problems of a report."""

from collections import Counter

import yaml

from tests.factories import make_user
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.report import Report
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import Problem

GOOD = {
    "sources": """
        - slug: board
          title: 政策解读
        """,
    "phases": """
        - slug: foundations
          title: 打基础
          period: 2011/2015
        """,
    "policies": """
        - slug: plan-2013
          title: 规划
          document_type: plan
          date: 2013-01
          citations:
            - {source: board, locator: ¶3}
            - {source: board, locator: ¶5}
        - slug: rules-2014
          title: 办法
          document_type: measures
          date: 2014
          relations:
            - {type: implements, to: plan-2013}
          citations:
            - {source: board}
        """,
    "goals": """
        - slug: coverage
          title: 光网全覆盖
          declared_by: plan-2013
          target: 2015
          citations:
            - {source: board}
          assessments:
            - {date: "2016", delivery: achieved, evidence: self_declared, citations: [{source: board}]}
        """,
}


def import_rows(**options) -> Report:
    """Import tables given as lists of rows. Options of the import begin with an underscore."""
    tables = {name: rows for name, rows in options.items() if not name.startswith("_")}
    kept = {name[1:]: value for name, value in options.items() if name.startswith("_")}
    content = yaml.safe_dump(tables, allow_unicode=True).encode()
    return import_files([Upload("content.yaml", content)], by=make_user(), **kept)


def where(problem: Problem) -> tuple[str, int, str, str]:
    """Return the file, row, column and value of a problem."""
    return problem.place.file, problem.place.row, problem.column, problem.value


def only_problem(report: Report) -> Problem:
    """Return the only problem of a report."""
    assert len(report.problems) == 1, [str(problem) for problem in report.problems]
    return report.problems[0]


def row_counts(report: Report) -> Counter[str]:
    """Return the number of rows of all tables by outcome."""
    return sum(report.counts.values(), Counter())
