"""The buttons beside a reference field, which add, change and delete the related record in a popup."""

from typing import Any

import pytest
from django.apps import apps
from playwright.sync_api import Locator, Page, expect

from tests import factories as make
from tests.browser.editor_actions import change_url
from tests.world import add_entries, make_world
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy
from timeline.models import Citation, PolicyRelation

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

# The required fields of a new record besides its title.
NEEDED = {"policy": {"document_type": "plan"}, "phase": {"period": "2031/2035"}}


@pytest.fixture
def forms(site, people) -> list[Any]:
    """A record for each kind of form, with every reference filled in."""
    world = make_world()
    public, designation, milestone, goal, *_others = add_entries(world, "一")
    draft = make.make_policy(
        title="草稿", topics=[world.topic], issuers=[world.organization], phase=world.phase
    )
    make.make_citation(draft, locator="¶9")
    PolicyRelation.objects.create(from_policy=draft, type="based_on", to_policy=public)
    part = make.make_area(title="下辖区", parent=make.make_area(title="上级区"))
    for entry in (public, designation, milestone, goal, draft):
        record_revision(entry, by=world.user)
    return [draft, designation, milestone, goal, world.phase, world.topic, part]


def wrappers(page: Page) -> list[str]:
    """Return the names of the fields with such buttons, including those of inline rows."""
    names = page.locator(".related-widget-wrapper select").evaluate_all("all => all.map(one => one.name)")
    return [name for name in names if "__prefix__" not in name]


def wrapper(page: Page, name: str) -> Locator:
    return page.locator(".related-widget-wrapper", has=page.locator(f'select[name="{name}"]'))


def press(page: Page, name: str, button: str) -> Page:
    """Press the button and return the popup that it opens."""
    with page.expect_popup() as opened:
        wrapper(page, name).locator(f".{button}-related").click()
    return opened.value


def submit(popup: Page, button: str = "input[name=_save]") -> None:
    with popup.expect_event("close"):
        popup.locator(button).first.click()


def chosen(page: Page, name: str) -> dict[str, str]:
    """Return the selected keys of the field and their labels."""
    return dict(
        page.locator(f'select[name="{name}"]').evaluate(
            "one => [...one.selectedOptions].filter(each => each.value).map(each => [each.value, each.text])"
        )
    )


def test_every_button_beside_a_reference_does_what_it_says(window, site, forms):
    page = window("admin")
    used = set()
    for form in forms:
        page.goto(change_url(site, form))
        page.on("dialog", lambda dialog: dialog.accept())
        for group in page.locator(".inline-group .add-row a").all():
            group.click()
        for name in wrappers(page):
            field = wrapper(page, name)
            model = apps.get_model("timeline", field.get_attribute("data-model-ref"))
            label = f"{form._meta.model_name}.{name}"
            is_added = False
            if field.locator(".add-related").count():
                before, count = chosen(page, name), model.objects.count()
                popup = press(page, name, "add")
                popup.fill("#id_title", f"新的 {label}")
                for needed, value in NEEDED.get(model._meta.model_name, {}).items():
                    control = popup.locator(f"#id_{needed}")
                    if control.evaluate("one => one.tagName") == "SELECT":
                        control.select_option(value)
                    else:
                        control.fill(value)
                submit(popup)
                made = model.objects.get(title=f"新的 {label}")
                assert model.objects.count() == count + 1, label
                held = chosen(page, name)
                assert held[str(made.pk)] == f"{made}（草稿）", label
                assert held.keys() >= before.keys() if field.locator("select[multiple]").count() else True
                used.add("add")
                is_added = True
            if field.locator(".change-related").count() and chosen(page, name):
                (key,) = chosen(page, name)
                popup = press(page, name, "change")
                popup.fill("#id_title", f"改名 {label}")
                submit(popup)
                changed = model.objects.get(pk=key)
                copy = find_working_copy(changed)
                text = copy.content["title"] if copy else changed.title
                assert (text, copy is not None) == (f"改名 {label}", changed.is_public), label
                held = f"{changed}（有修订稿）" if copy else f"{changed}（草稿）"
                assert chosen(page, name) == {key: held}, label
                expect(field.locator(".select2-selection__rendered")).to_contain_text(str(changed))
                used.add("change")
            # What others refer to is not deleted.
            if is_added and field.locator(".delete-related").count() and chosen(page, name):
                (key,) = chosen(page, name)
                popup = press(page, name, "delete")
                submit(popup, "#content form input[type=submit]")
                assert not model.objects.filter(pk=key).exists(), label
                # No other record is selected instead.
                assert chosen(page, name) == {}, label
                used.add("delete")
        # Leave the form unsaved: only its references were changed.
        page.goto(f"{site}/admin/")
    assert used == {"add", "change", "delete"}


def test_an_empty_field_for_a_reference_is_as_wide_as_a_filled_one(window, site, people):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.locator("#citations-group .add-row a").click()
    boxes = page.locator(".related-widget-wrapper .select2-container:visible")
    expect(boxes.first).to_be_visible()
    widths = boxes.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert len(widths) >= 4
    assert min(widths) > 200
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_deleting_what_others_refer_to_says_who_they_are(window, site, forms):
    draft = forms[0]
    page = window("admin")
    page.goto(change_url(site, draft))
    popup = press(page, "phase", "delete")
    expect(popup.locator("#content")).to_contain_text("草稿")
    expect(popup.locator("#content form input[type=submit]")).to_have_count(0)
    popup.close()
    popup = press(page, "relations-0-to_policy", "delete")
    expect(popup.locator(".errornote")).to_contain_text("请改为撤回")
    popup.close()
    assert Citation.objects.filter(entry=draft).exists()


def test_a_new_policy_beside_a_reference_that_is_public_keeps_its_name_until_its_working_copy_is_published(
    window, site, forms
):
    draft = forms[0]
    (relation,) = draft.relations.all()
    page = window("admin")
    page.goto(change_url(site, draft))
    popup = press(page, "relations-0-to_policy", "change")
    popup.fill("#id_title", "修订的题名")
    submit(popup)
    held = {str(relation.to_policy_id): f"{relation.to_policy}（有修订稿）"}
    assert chosen(page, "relations-0-to_policy") == held
