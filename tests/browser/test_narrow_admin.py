"""The admin on a telephone: what is typed in is legible, what is pressed is apart, and what belongs together stands together."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.editor_actions import change_url
from tests.browser.targets import hindrances
from timeline.editing.revisions import delete_draft, record_revision

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


def test_the_deletion_stands_apart_from_the_buttons_that_save_on_a_phone(window, site, people):
    page = window("li", viewport=PHONE)
    page.goto(change_url(site, make.make_policy(title="草稿", date="2012")))
    deletion = page.locator(".submit-row .deletelink").bounding_box()
    buttons = [one.bounding_box() for one in page.locator(".submit-row :is(input, button)").all()]
    assert len(buttons) >= 5
    assert all(one["height"] >= 44 for one in [deletion, *buttons])
    beside = [one for one in buttons if abs(one["y"] - deletion["y"]) < one["height"]]
    assert all(deletion["x"] - one["x"] - one["width"] >= 24 for one in beside)


def test_the_search_box_of_a_choice_has_letters_that_do_not_enlarge_the_page(window, site, people):
    page = window("li", viewport=PHONE)
    draft = make.make_policy(title="草稿")
    make.make_citation(draft)
    page.goto(change_url(site, draft))
    page.locator("#id_citations-0-source + .select2 .select2-selection").click()
    for box in page.locator(".select2-search__field:visible").all():
        assert box.evaluate("box => getComputedStyle(box).fontSize") == "16px"
    assert page.locator(".select2-container--open .select2-search__field:visible").count()


def test_what_is_understood_of_a_date_stands_below_it_on_a_phone(window, site, people):
    page = window("li", viewport=PHONE)
    page.goto(change_url(site, make.make_policy(title="草稿", date="2012")))
    field, words = (page.locator(one).first for one in ("#id_date", "#id_date + .understood"))
    expect(words).not_to_be_empty()
    assert words.bounding_box()["x"] == field.bounding_box()["x"]


@pytest.mark.parametrize("width", [390, 1280])
def test_the_link_to_comment_on_citations_stands_nearer_to_them_than_to_what_follows(
    window, site, people, width
):
    page = window("li", viewport={"width": width, "height": 844})
    draft = make.make_policy(title="草稿")
    make.make_citation(draft)
    page.goto(change_url(site, draft))
    above, below = page.locator("[data-comments-on=citations]").evaluate(
        """link => {
          const { top, bottom } = link.getBoundingClientRect();
          const group = link.previousElementSibling.querySelector(".add-row").getBoundingClientRect();
          return [top - group.bottom, link.nextElementSibling.getBoundingClientRect().top - bottom];
        }"""
    )
    assert 0 <= above < below


def test_a_list_on_a_phone_begins_with_a_way_to_its_filter(window, site, people):
    for number in range(20):
        make.make_policy(title=f"政策{number}", date="2012")
    page = window("li", viewport=PHONE)
    page.goto(f"{site}/admin/timeline/policy/")
    link = page.locator(".to-filter")
    expect(link).to_be_in_viewport()
    expect(page.locator("#changelist-filter")).not_to_be_in_viewport()
    link.click()
    expect(page.locator("#changelist-filter-header")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(link).to_be_hidden()


def test_what_is_scheduled_is_moved_and_called_off_with_a_finger(window, site, people):
    entry = make.make_milestone(title="定时的大事")
    make.make_citation(entry)
    entry.publish(by=make.make_user(), public_from=timezone.now() + datetime.timedelta(days=1))
    page = window("li", viewport=PHONE)
    page.goto(f"{site}/admin/timeline/entry/schedule/?month=all")
    summaries = page.locator(".act summary")
    expect(summaries).to_have_count(2)
    for summary in summaries.all():
        summary.click()
    expect(page.locator(".act input:visible")).to_have_count(2)
    assert hindrances(page) == []


def test_a_recovery_covers_no_date_and_an_account_without_an_address_says_so(window, site, people):
    entry = make.make_policy(title="删去的意见")
    record_revision(entry, by=make.make_user())
    delete_draft(entry, by=make.make_user())
    page = window("admin", viewport=PHONE)
    page.goto(f"{site}/admin/timeline/policy/deleted/")
    button = page.locator(".gone .button")
    over = button.evaluate(
        """one => { const text = document.createRange(); text.selectNode(one.parentElement.firstChild);
            const lines = [...text.getClientRects()], own = one.getBoundingClientRect();
            return lines.some(line => line.bottom > own.top && line.top < own.bottom && line.right > own.left && line.left < own.right); }"""
    )
    assert not over
    page.goto(f"{site}/admin/auth/user/")
    cell = page.locator("#result_list .field-email[data-empty]").first
    expect(cell).to_be_visible()
    assert cell.text_content() == "-"
