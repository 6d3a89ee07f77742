"""The page of a publication in a real browser: by keyboard, on a phone, without a violation of the policy or of axe."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.accessibility import accessibility_violations, settle
from tests.browser.drafts.forms import accept_leaving, kept, restore, wait_until_kept
from timeline.editing.revisions import record_revision
from timeline.models import Milestone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.checklist,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def draft(people):
    entry = make.make_milestone(title="等待审核的大事", title_en="Waiting", date="2013")
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=make.make_user())
    entry.submit(by=make.make_user())
    return entry


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_shows_the_page_of_the_record(window, site, draft, width):
    page = window("li", viewport={"width": width, "height": 844})
    page.goto(f"{site}/admin/timeline/milestone/{draft.pk}/publication/")
    settle(page)
    framed = page.frame_locator(".publication__page iframe")
    expect(framed.locator("article.record h1")).to_have_text("等待审核的大事")
    assert window.troubles == []
    assert accessibility_violations(page) == []
    # Those that axe-core itself causes.
    window.troubles.clear()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_several_names_what_is_left_out_and_asks_again_for_what_is_left(
    window, site, draft, width
):
    bare = make.make_milestone(title="关于加快发展信息产业、建设新型智慧城市示范区的若干意见没有来源")
    page = window("li", viewport={"width": width, "height": 844})
    page.goto(f"{site}/admin/timeline/milestone/verb/publish/?ids={draft.pk},{bare.pk}")
    settle(page)
    expect(page.locator(".checklist--refused li > span")).to_contain_text(bare.title)
    assert accessibility_violations(page) == []
    window.troubles.clear()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # A chip stands behind its title where there is room for it.
    boxes = [page.locator(".chosen li").locator(part).bounding_box() for part in ("a", ".stage")]
    assert boxes[1]["y"] < boxes[0]["y"] + boxes[0]["height"]
    page.fill("#id_note", "已核对")
    page.click(".submit-row [type=submit]")
    expect(page.locator("[name=confirm][aria-invalid]")).not_to_have_count(0)
    expect(page.locator("#id_note")).to_have_value("已核对")
    expect(page.locator(".checklist--refused li > span")).to_contain_text(bare.title)
    # What is shown was never away.
    expect(page.locator(".draft-restored, .draft-offer")).to_have_count(0)
    for box in page.locator("[name=confirm]").all():
        box.check()
    page.click(".submit-row [type=submit]")
    expect(page.locator(".messagelist")).to_contain_text(bare.title)
    assert Milestone.objects.published().get() == draft


def test_it_is_published_with_the_keyboard_alone(window, site, draft):
    page = window("li")
    page.goto(f"{site}/admin/timeline/milestone/{draft.pk}/publication/")
    page.focus("[name=confirm][value=phase]")
    page.keyboard.press("Space")
    page.focus("#id_note")
    page.keyboard.type("已核对")
    page.focus(".publication__form [type=submit]")
    page.keyboard.press("Enter")
    # The box that is left has the focus, and nothing is lost.
    expect(page.locator("[name=confirm][value=summary]")).to_be_focused()
    expect(page.locator("[name=confirm][value=phase]")).to_be_checked()
    expect(page.locator("#id_note")).to_have_value("已核对")
    page.keyboard.press("Space")
    page.focus(".publication__form [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("已保存并发布")
    assert Milestone.objects.published().get() == draft


def test_what_is_restored_confirms_only_what_was_confirmed(window, site, draft):
    page = window("li")
    page.goto(f"{site}/admin/timeline/milestone/{draft.pk}/publication/")
    page.check("[name=confirm][value=phase]")
    page.fill("#id_note", "核对到一半")
    wait_until_kept(page)
    page.goto(f"{site}/admin/timeline/milestone/{draft.pk}/publication/")
    restore(page)
    expect(page.locator("#id_note")).to_have_value("核对到一半")
    expect(page.locator("[name=confirm][value=phase]")).to_be_checked()
    expect(page.locator("[name=confirm][value=summary]")).not_to_be_checked()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_drafts_that_become_public_are_told_on_the_screen_of_the_button(window, site, draft, width):
    make.make_citation(draft, source=make.make_source(title="新的来源", published=False))
    page = window("li", viewport={"width": width, "height": 844})
    page.goto(f"{site}/admin/timeline/milestone/{draft.pk}/preview/")
    expect(page.locator(".preview-buttons button[value=publish]")).to_be_in_viewport()
    along = page.locator(".preview-buttons__along")
    listed = page.locator("#drafts-that-come-along a", has_text="新的来源")
    if width == 390:
        expect(along).to_be_in_viewport()
        expect(listed).not_to_be_in_viewport()
        along.click()
    expect(listed).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 800), (844, 390), (844, 200)])
def test_the_bar_of_a_review_covers_nothing_that_is_focused(window, site, draft, width, height):
    """The low ones are those of a telephone held sideways, with and without its keyboard."""
    page = window("li", viewport={"width": width, "height": height})
    address = f"{site}/admin/timeline/milestone/{draft.pk}/preview/"
    page.goto(address)
    page.fill("#id_why", "核对到一半")
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(address)
    # The bar is taller by what was not saved.
    expect(page.locator(".draft-offer")).to_be_visible()
    reached, covered = [], []
    for _number in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const at = document.activeElement, bar = document.querySelector(".preview-buttons");
              if (at === document.body || bar.contains(at)) return null;
              const { left, top, bottom } = at.getBoundingClientRect();
              const over = [top + 2, bottom - 2].some(y => document.elementFromPoint(left + 2, y)?.closest(".preview-buttons"));
              return [at.name || at.className || at.textContent, over, bottom];
            }"""
        )
        if found:
            reached.append(found[0])
            covered += [found] if found[1] else []
    assert "confirm" in reached
    assert covered == []
    stays = page.locator(".preview-buttons" if height > 390 and width > 390 else ".preview-buttons__row")
    assert stays.bounding_box()["height"] <= height / 2


def test_a_review_that_is_refused_with_nothing_filled_in_keeps_nothing(window, site, draft):
    page = window("li")
    asked = accept_leaving(page)
    address = f"{site}/admin/timeline/milestone/{draft.pk}/preview/"
    page.goto(address)
    page.click(".preview-buttons button[value=publish]")
    expect(page.locator("[name=confirm][aria-invalid]")).not_to_have_count(0)
    page.wait_for_timeout(800)
    assert kept(page) == 0
    page.goto(f"{site}/admin/")
    assert asked == []
    page.goto(address)
    page.wait_for_timeout(800)
    expect(page.locator(".draft-offer, .draft-restored")).to_have_count(0)
    # What is ticked is kept by a refusal, and after it is discarded the page begins at its heading.
    page.check("[name=confirm][value=phase]")
    page.click(".preview-buttons button[value=publish]")
    expect(page.locator("[name=confirm][value=summary]")).to_be_focused()
    wait_until_kept(page)
    page.goto(address)
    assert asked == ["beforeunload"]
    page.locator(".draft-offer [data-discard]").click()
    expect(page.locator("main h1")).to_be_focused()
    assert kept(page) == 0
