"""Vocabularies: what a record has under names, and which column a header is proposed as."""

import re

from timeline.exchange.vocabularies.declaration import (
    ForeignRecord,
    Vocabulary,
    VocabularyField,
    first,
    joined,
)
from timeline.rows.tables import TABLES


def test_the_first_text_under_the_first_name_counts_and_further_ones_are_noted():
    record = ForeignRecord(1, {"TI": ["", "甲"], "T1": ["乙"]})
    assert record.first("TI", "T1") == "甲"
    assert first(record, ["TI", "T1"]) == "甲"
    assert len(record.notes) == 1
    assert first(ForeignRecord(1, {"TI": ["甲"], "T1": ["甲"]}), ["TI", "T1"]) == "甲"


def test_a_note_is_made_once_for_a_record():
    record = ForeignRecord(1, {})
    record.note("a")
    record.note("a")
    assert record.notes == ["a"]


def test_texts_are_joined_line_by_line():
    assert joined(ForeignRecord(1, {"N1": ["甲", "乙", "甲"]}), ["N1"]) == "甲\n乙"


def test_a_header_is_proposed_as_its_column_if_the_table_has_it():
    vocabulary = Vocabulary("x", "X", fields=(VocabularyField("Date", "date"), VocabularyField("Media")))
    assert vocabulary.column(TABLES["milestones"], "Date") == "date"
    assert vocabulary.column(TABLES["sources"], "Date") == ""
    assert vocabulary.column(TABLES["milestones"], "Media") == ""


def test_names_that_no_field_is_made_of_have_no_place_unless_they_are_ignored():
    vocabulary = Vocabulary(
        "x", "X", fields=(VocabularyField("Date", names=("Year",)),), ignored=re.compile("Key")
    )
    records = [ForeignRecord(1, {"Year": ["2010"], "Key": ["k"], "Time": ["3"], "Media": [" "]})]
    assert [*vocabulary.unplaced(records)] == ["Time"]
