"""Which working copies refer to records: the database does not know these references."""

import functools
import operator
from collections.abc import Iterator, Sequence

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from timeline.models import FormerAddress, Revision
from timeline.models.chunks import chunks
from timeline.models.named import TitleSlugModel
from timeline.models.revisions import RevisionQuerySet
from timeline.rows.tables import table_of


def copies_naming(records: Sequence[TitleSlugModel], copies: RevisionQuerySet) -> Iterator[Revision]:
    """Those of these working copies that refer to any of these records of one model.

    The database looks for the slugs in the text of the rows, former ones included, and what it finds is compared: a text
    may say the same as a slug.
    """
    if not records:
        return
    model, owner = type(records[0]), type(records[0])._meta.get_field("slug").model
    former = FormerAddress.objects.for_model(model).filter(record__in=[record.pk for record in records])
    slugs = [*(record.slug for record in records), *former.values_list("slug", flat=True)]
    named = {(owner, slug) for slug in slugs}
    for some in chunks(slugs):
        is_in_text = functools.reduce(operator.or_, (Q(row_text__contains=f'"{slug}"') for slug in some))
        candidates = copies.alias(row_text=Cast("content", TextField())).filter(is_in_text).order_by("pk")
        for copy in candidates.iterator(chunk_size=50):
            if named & table_of(copy.model).references_in(copy.content):
                yield copy
