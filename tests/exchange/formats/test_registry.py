"""The registry of formats: names are unambiguous, and every format reads back the rows that it writes."""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import translation

from tests.exports import READ_BACK, make_cited_policy, rows_in_database, rows_in_file
from timeline.exchange.exporting.export import export
from timeline.exchange.formats.registry import (
    FORMATS,
    READ_ONLY,
    READERS,
    export_choices,
    format_of,
    readable_names,
)


def test_a_suffix_is_read_by_one_format():
    suffixes = Counter(
        suffix
        for format in (*FORMATS.values(), *READ_ONLY)
        if format.is_readable
        for suffix in (*format.suffixes, *format.read_only_suffixes)
    )
    assert suffixes == dict.fromkeys(READERS, 1)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)


@pytest.mark.parametrize(
    "format", [*FORMATS.values(), *READ_ONLY], ids=(*FORMATS, *(format.name for format in READ_ONLY))
)
def test_a_format_is_read_as_text_or_as_bytes(format):
    assert not (format.read_text and format.read_binary)
    assert format.is_readable or not format.read_only_suffixes


def test_a_format_that_is_only_read_has_no_choice_of_an_export():
    assert all(format.is_readable and not format.choices and not format.write for format in READ_ONLY)
    assert all(format.write for format in FORMATS.values())


def test_labels_tell_the_choices_apart():
    with translation.override("en"):
        labels = [str(choice.label) for _format, choice in export_choices()]
    assert len({*labels}) == len(labels)
    offered = [choice.extension for _format, choice in export_choices() if choice.public_label]
    assert len({*offered}) == len(offered)


def test_what_is_to_come_first_comes_first_and_the_rest_in_the_order_of_the_formats():
    found = [(format.name, choice.suffix) for format, choice in export_choices(first=(".xlsx", ".zip"))]
    assert found[:3] == [("xlsx", ".xlsx"), ("csv", ".zip"), ("yaml", ".yaml")]
    assert sorted(found) == sorted((format.name, choice.suffix) for format, choice in export_choices())


def test_names_say_which_format_is_meant():
    found = [format_of(Path(name)) for name in ("a.xlsx", "a.json", "a.zip", "a.csv", "a.yml", "a")]
    assert found == ["xlsx", "json", "csv", "csv", "yaml", "yaml"]


def test_formats_are_named_by_their_suffixes():
    names = ["YAML", "JSON", "JSONL", "NDJSON", "CSV", "TSV", "TXT", "XLSX", "XLSM", "ODS", "RIS", "BIB"]
    assert [name for name in readable_names() if name in names] == names
    assert len({*readable_names()}) == len([*readable_names()])


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("format", "name"), READ_BACK.items())
def test_what_a_format_writes_comes_back(tmp_path, format, name):
    make_cited_policy()
    export(None, tmp_path / name, format)
    assert rows_in_file(tmp_path / name) == rows_in_database()
