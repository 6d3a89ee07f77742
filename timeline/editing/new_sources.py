"""Sources that are created together with the record that cites them."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.editing.revisions import record_revision
from timeline.models import Source
from timeline.rows.references import References
from timeline.rows.tables import WholeRow, table_of

# The columns by which a citation describes its new source.
NEW_SOURCE_COLUMNS = ("title", "type", "publisher", "published", "url", "accessed")


def is_same_source(one: Source, other: Source) -> bool:
    """Whether the two have the same values in all of these columns."""
    return all(getattr(one, name) == getattr(other, name) for name in NEW_SOURCE_COLUMNS)


def rows_of_new_sources(sources: Iterable[Source]) -> list[WholeRow]:
    """Return what `new_sources_of` reads: the slug and these columns of each source."""
    columns = table_of(Source).columns
    names = ("slug", *NEW_SOURCE_COLUMNS)
    return [{name: columns[name].cell_of(source) for name in names} for source in sources]


def new_sources_of(rows: Iterable[WholeRow]) -> list[Source]:
    """Return sources that are not stored, with the values of these rows."""
    sources = []
    for row in rows:
        source = Source()
        table_of(Source).read_into(source, row, References())
        sources.append(source)
    return sources


def save_new_sources(sources: Iterable[Source], *, by: AbstractUser) -> None:
    """Create these sources as drafts, whose slugs are set, and set the keys of those that were created.

    A source that exists by now, since the same form was sent twice, is not created again. Raises ValidationError if
    another source has taken the slug.
    """
    for source in sources:
        stored = Source.objects.filter(slug=source.slug).first()
        if stored is None:
            # Of the instance in the form no state may remain if the transaction is rolled back and run again.
            stored = Source(slug=source.slug, **{name: getattr(source, name) for name in NEW_SOURCE_COLUMNS})
            stored.full_clean()
            stored.save()
            record_revision(stored, by=by)
            source.pk = stored.pk
        elif not is_same_source(stored, source):
            message = _("Somebody has just added a source like “%(title)s”: save once more.")
            raise ValidationError(message % {"title": source.title})
