"""Checks of the content: the documents and the index of search, and the rules that no database constraint can check."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from timeline.editing.integrity import SEARCHABLE, violations
from timeline.models import SearchDocument
from timeline.operation.checks.findings import Finding, Level
from timeline.search import index

# Of more violations, the number is said.
MAX_SENTENCES = 10


def check_search() -> Iterator[Finding]:
    remedy = "manage.py check_integrity --mend"
    if not index.is_consistent(connection):
        yield Finding(Level.ERROR, _("The search index differs from the search documents."), remedy)
    missing = 0
    for model in SEARCHABLE:
        documents = SearchDocument.objects.for_model(model).values("record")
        missing += model._default_manager.exclude(pk__in=documents).count()
    if missing:
        yield Finding(
            Level.ERROR,
            _("Search does not find %(count)s records, which have no document.") % {"count": missing},
            remedy,
        )


def check_rules() -> Iterator[Finding]:
    sentences = list(violations())
    for sentence in sentences[:MAX_SENTENCES]:
        yield Finding(
            Level.WARNING,
            sentence,
            _("manage.py check_integrity --mend, or correct the record in the admin."),
        )
    if len(sentences) > MAX_SENTENCES:
        yield Finding(
            Level.WARNING,
            _("%(count)s more violations.") % {"count": len(sentences) - MAX_SENTENCES},
            _("manage.py check_integrity lists all of them."),
        )
