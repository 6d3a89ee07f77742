"""What records have, what rows would replace of it, and what stays."""

import pytest

from tests.factories import make_area, make_designation, make_policy
from timeline.exchange.mapping.record_rows import kept_cells, replaced_columns, stored_rows
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("cells", "replaced"),
    [
        ({"summary": "另一个摘要"}, ["summary"]),
        ({"summary": "摘要", "document_number": "甬政发[2016]1号"}, []),
        ({"summary": None, "body": "正文"}, []),
        ({"issued": "2016-04"}, ["issued"]),
        ({"issued": "2016-03-15"}, ["issued"]),
        ({"issued": "2016"}, []),
    ],
)
def test_only_other_content_replaces_what_is_not_empty(cells, replaced):
    policy = make_policy(title="甲", summary="摘要", document_number="甬政发〔2016〕1号", issued="2016-03")
    table = TABLES["policies"]
    (present,) = stored_rows(table, [policy.pk]).present.values()
    assert replaced_columns(table, cells, present) == replaced
    assert {"title", "summary"} <= kept_cells(present).keys()
    assert not {"body", "slug"} & kept_cells(present).keys()


def test_a_list_in_another_order_is_the_same():
    pilot = make_designation(designee=make_area(slug="ningbo"))
    pilot.areas.set([make_area(slug="beilun"), make_area(slug="zhenhai")])
    table = TABLES["pilot_designations"]
    (present,) = stored_rows(table, [pilot.pk]).present.values()
    assert replaced_columns(table, {"areas": "zhenhai；beilun"}, present) == []
    assert replaced_columns(table, {"areas": ["zhenhai"]}, present) == ["areas"]
