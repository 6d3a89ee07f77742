"""The records of an export: their selection, their order, and what a user may see."""

import pytest

from tests import factories as make
from tests.exports import exported, forms
from tests.files import read_all
from timeline.exchange.exporting.export import export
from timeline.exchange.exporting.selection import published
from timeline.models import Citation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_rows_stand_by_slug_whatever_came_first(form, tmp_path):
    for slug in ("b", "a-2", "a", "a2"):
        make.make_source(slug=slug)
    path = exported(tmp_path, form, ["sources"])
    rows, _ = read_all(path)
    assert [row.cells["slug"] for row in rows] == ["a", "a-2", "a2", "b"]


@pytest.mark.parametrize("what", [["citations"], ["nothing"], [], Citation.objects.all()])
def test_what_is_no_table_of_records_is_a_mistake_of_the_program(what, tmp_path):
    with pytest.raises(ValueError, match="table"):
        export(what, tmp_path / "content", "yaml")


@forms
def test_what_a_public_entry_refers_to_is_left_out_where_it_is_withdrawn(form, tmp_path):
    user = make.make_user()
    policy = make.make_policy(slug="gone", published=True)
    milestone = make.make_milestone(slug="stays", policies=[policy], published=True)
    goal = make.make_goal(slug="goal", declared_by=policy, published=True)
    policy.withdraw(by=user, comment="错")
    path = exported(tmp_path, form, ["milestones", "goals"], visible=published)
    cells = {row.cells["slug"]: row.cells for row in read_all(path)[0] if "slug" in row.cells}
    assert not cells[milestone.slug].get("policies")
    assert not cells[goal.slug].get("declared_by")


def test_a_user_sees_what_the_admin_shows_them(tmp_path):
    make.make_policy(slug="draft")
    for user, slugs in ((make.make_editor(), ["draft"]), (make.make_user(), [])):
        path = exported(
            tmp_path, "json", ["policies"], visible=lambda entries, by=user: entries.visible_to(by)
        )
        assert [row.cells["slug"] for row in read_all(path)[0]] == slugs
