"""The records that a folder once had and that are not in it any more: an import deletes none of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline.exchange.importing.record_models import models_of, status_model
from timeline.exchange.readers.types import FileLocation, Notice
from timeline.models import Revision
from timeline.models.chunks import chunks
from timeline.models.named import slug_owner_name
from timeline.models.records import Record
from timeline.rows.tables import TABLES, table_of

# More are only counted.
MAX_NAMED = 20


def missing_records(
    batches: Collection[int], present: Mapping[type[Record], Collection[int]], exported: int = 0
) -> Iterator[Notice]:
    """A notice for each table with records of these imports that are not among those present, by model with a status.

    With the newest revision when the folder was exported, all records up to it were in the folder too. Records that are withdrawn already are left out.
    """
    brought: defaultdict[str, set[int]] = defaultdict(set)
    revisions = Revision.objects.filter(Q(batch__in=batches) | Q(pk__lte=exported)).order_by()
    for table, key in revisions.values_list("table", "record").distinct():
        brought[table].add(key)
    for model in {status_model(table): None for table in TABLES.values() if not table.within}:
        missing = brought[slug_owner_name(model)] - {*present.get(model, ())}
        for its_model in models_of(model) if missing else ():
            slugs: list[str] = []
            for chunk in chunks(sorted(missing)):
                there = its_model._default_manager.not_ended().filter(pk__in=chunk)
                slugs += there.order_by("slug").values_list("slug", flat=True)
            if slugs:
                yield _notice(table_of(its_model).name, slugs)


def _notice(table: str, slugs: list[str]) -> Notice:
    more = len(slugs) - MAX_NAMED
    named = pgettext("enumeration", ", ").join([*slugs[:MAX_NAMED], *(["…"] if more > 0 else [])])
    message = _(
        "%(count)s of the records that were in these files are not in them any more: %(slugs)s. They stay. To remove one, withdraw it in the admin, or delete it there if it is a draft."
    )
    return Notice(FileLocation(table), message % {"count": len(slugs), "slugs": named})
