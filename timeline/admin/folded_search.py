"""Search in lists of records that have no search documents: by every word, in either script."""

from collections.abc import Mapping

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from timeline.values.chinese import fold, search_terms


class FoldedSearchMixin(admin.ModelAdmin):
    """An admin of few records, whose search fields are folded and compared one by one."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        words = search_terms(search_term)
        # Without what the columns of a list prefetch, which no values have.
        names = self.get_search_fields(request)
        rows = queryset.prefetch_related(None).values_list("pk", *names)
        texts = (
            (key, fold(self.searched_text(dict(zip(names, columns, strict=True)))))
            for key, *columns in rows.iterator()
        )
        found = [key for key, text in texts if all(word in text for word in words)]
        return queryset.filter(pk__in=found), False

    def searched_text(self, values: Mapping[str, str]) -> str:
        """The text in which words are searched, of the values of a record's search fields."""
        return "\n".join(map(str, values.values()))
