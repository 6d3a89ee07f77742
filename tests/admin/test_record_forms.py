"""The row that the forms of a record describe."""

import pytest
from django.contrib import admin

from tests import factories as make
from timeline.admin.record_forms import bind_forms
from timeline.models import Organization, Source
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


def request_of(rf, **sent):
    request = rf.post("/", sent) if sent else rf.get("/")
    request.user = make.make_editor()
    return request


def test_valid_forms_describe_the_whole_row_with_its_parts(rf):
    screen, table = admin.site.get_model_admin(Organization), table_of(Organization)
    source = make.make_source(slug="daily")
    sent = {
        "title": "某局", "slug": "bureau", "precedence": "3", "citations-TOTAL_FORMS": "1",
        "citations-INITIAL_FORMS": "0", "citations-0-source": source.pk, "citations-0-locator": "¶2",
        "citations-0-number": "1", "citations-0-weight": "0",
    }  # fmt: skip
    forms = bind_forms(screen, request_of(rf, **sent), None, adds=True)
    assert forms.are_valid(), [form.errors for form in (forms.form, *forms.formsets[0].forms)]
    row = forms.row(table, table.blank_row)
    assert (row["title"], row["slug"], row["precedence"]) == ("某局", "bureau", 3)
    assert [(part["source"], part["locator"]) for part in row["citations"]] == [("daily", "¶2")]
    assert forms.new_sources == []


def test_what_the_forms_do_not_show_is_as_in_the_base(rf):
    screen, table = admin.site.get_model_admin(Source), table_of(Source)
    record = make.make_source(title="旧名", published=False)
    base = table.whole_row_of(record) | {"unknown": "留着"}
    forms = bind_forms(
        screen, request_of(rf, title="新名", slug=record.slug, type="page"), record, adds=False
    )
    assert forms.are_valid()
    row = forms.row(table, base)
    assert (row["title"], row["unknown"]) == ("新名", "留着")
