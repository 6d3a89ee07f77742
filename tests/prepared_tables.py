"""Helpers for tests of uploads of tables of other offices: previewed, answered, and the next of their shape."""

from tests import factories as make
from timeline.exchange import prepared_imports
from timeline.exchange.prepared_imports import prepare, questions, store_preview
from timeline.models import PreparedImport

OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}


def prepared_of(file, by=None):
    """Preview the file, and return it as another server reads it."""
    store_preview(prepare(file.name, file.content, OPTIONS, by=by or make.make_user()))
    return PreparedImport.objects.latest("created_at")


def set_answers(prepared, answers):
    prepared_imports.set_answers(prepared, answers)
    store_preview(prepared)


def prepared_of_next(file, by=None):
    """A file that has the name of one that was imported, and is a source of its own."""
    prepared = prepared_of(file, by)
    (question,) = [each for each in questions(prepared) if each.key.startswith("record/sources")]
    set_answers(prepared, {question.key: "new"})
    return PreparedImport.objects.get(pk=prepared.pk)
