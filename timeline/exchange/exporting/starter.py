"""The folder of a new chronicle, to be filled in: a YAML file for each table, and a workbook."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.starter_examples import EXAMPLES
from timeline.exchange.exporting.template import described_columns, write_workbook
from timeline.exchange.formats.yaml import block, row_text
from timeline.rows.columns import ENGLISH, Column
from timeline.rows.tables import TABLES, Table

SITE = "site"
# A colour, which to YAML is a comment unless it stands in quotation marks.
_COLOUR = re.compile("#[0-9a-f]{6}")
# What the form says of a column, and is not right of the file of any city.
_OF_THE_FILE = {
    "title": gettext_lazy("The name of the chronicle, as the site shows it."),
    "icp_number": "×ICP备12345678号-1",
    "police_number": "×公网安备00000000000001号",
}


def write_starter(to: Path, site: Mapping[str, object]) -> list[Path]:
    """Write the folder with this row of the chronicle. Returns the files. Raises ExportError.

    The texts are in the active language. All records but the chronicle are comments, so that the folder can be imported
    as it is.
    """
    has_english = site.get("english_pages") is not False
    texts = {"site.yaml": _site_text(site, has_english)}
    texts |= {
        f"{table.name}.yaml": _table_text(table, has_english)
        for table in TABLES.values()
        if not table.within and table.name != SITE
    }
    workbook = to / _("to-fill-in.xlsx")
    try:
        if to.exists() and (not to.is_dir() or any(to.iterdir())):
            raise ExportError(
                _("%(folder)s is not empty. Name a folder that is empty or not there yet.") % {"folder": to}
            )
        to.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            with (to / name).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        message = _("%(file)s cannot be written: %(reason)s.")
        raise ExportError(message % {"file": to, "reason": error.strerror or error}) from error
    write_workbook(workbook, has_english=has_english)
    return [*(to / name for name in texts), workbook]


def _site_text(site: Mapping[str, object], has_english: bool) -> str:
    """The file of the chronicle: each column with what it is for, and those without a value as comments."""
    lines = [
        *_comments(_("The chronicle itself: its name, texts and colours. It is a single row.")),
        *_comments(
            _(
                "To fill in a column, remove the “# ” before it. A text of several lines stands below “|-”, each line indented: see docs/content-format.md."
            )
        ),
    ]
    columns = TABLES[SITE].columns
    for (name, column), (label, sentences) in zip(
        columns.items(), described_columns(TABLES[SITE]), strict=True
    ):
        if name.endswith(ENGLISH) and not has_english:
            continue
        said = [str(_OF_THE_FILE[name]), *sentences[1:]] if name in _OF_THE_FILE else sentences
        described = _COLOUR.sub(r'"\g<0>"', _described(column, label, said))
        lines += ["", *_comments(described, indent="  ")]
        if name in site:
            value = site[name]
            lines.append(f"  {name}: {block(value) if isinstance(value, str) else json.dumps(value)}")
        else:
            lines.append(f"  # {name}:")
    # The row begins with its first column.
    first = next(number for number, line in enumerate(lines) if line.startswith("  slug:"))
    lines[first] = f"- {lines[first].strip()}"
    return "\n".join([*lines, ""])


def _table_text(table: Table, has_english: bool) -> str:
    plural = table.model._meta.verbose_name_plural
    lines = [
        *_comments(f"{str(plural)[:1].upper()}{str(plural)[1:]}"),
        *_comments(
            _(
                "Each record begins with “- ”. Below the columns is an example: remove the “# ” of its lines and write your own."
            )
        ),
        "#",
    ]
    for (name, column), (label, sentences) in zip(
        table.columns.items(), described_columns(table), strict=True
    ):
        if has_english or not name.endswith(ENGLISH):
            lines += _comments(f"  {_described(column, label, sentences)}")
    for name, part in table.parts.items():
        if not part.name.startswith("assessment_"):
            lines += _comments(f"  {part.model._meta.verbose_name_plural}（{name}）")
    if table.name in EXAMPLES:
        example = row_text(
            table, EXAMPLES[table.name] if has_english else _without_english(EXAMPLES[table.name])
        )
        lines += ["", *_comments(example)]
    return "\n".join([*lines, ""])


def _comments(text: str, indent: str = "") -> Iterator[str]:
    for line in text.splitlines():
        yield f"{indent}# {line}"


def _described(column: Column, label: str, sentences: Iterable[str]) -> str:
    """What the column is for. In place of the lists of the workbook, its choices are named."""
    parts = [label, *sentences]
    if choices := [f"{value}（{label}）" for value, label in column.field.flatchoices or () if value]:
        parts.append(_("One of: %(choices)s.") % {"choices": "、".join(choices)})
    elif isinstance(column.field, models.BooleanField):
        parts.append(_("One of: %(choices)s.") % {"choices": "true、false"})
    return " ".join(parts)


def _without_english(row: Mapping[str, object]) -> dict[str, object]:
    return {
        name: [_without_english(part) if isinstance(part, dict) else part for part in value]
        if isinstance(value, list)
        else value
        for name, value in row.items()
        if not name.endswith(ENGLISH)
    }
