"""Forms of the admin by keyboard, and in small windows."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.editor_actions import change_url, save
from tests.browser.public import overflow
from tests.world import add_entries, make_world
from timeline.editing.revisions import record_revision
from timeline.models import Policy, Source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(people):
    policy = make.make_policy(title="关于试点的意见", date="2013-01")
    make.make_citation(policy, locator="¶1")
    record_revision(policy, by=make.make_user())
    return policy


def test_a_form_is_saved_by_the_keyboard_and_enter_submits_nothing(window, site, draft):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.insert_text("用键盘写的意见")
    page.keyboard.press("Enter")
    page.select_option("#id_document_type", "opinions")
    page.locator("#id_why").press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith("/add/")
    assert Policy.objects.count() == 1
    expect(page.locator(".submit-state")).to_contain_text("Ctrl+S")
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert page.url.endswith("/change/")
    assert Policy.objects.filter(title="用键盘写的意见").exists()
    page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('/add/'))")


def test_a_refused_form_begins_at_its_first_error(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_date", "2016-02-30")
    page.fill("#id_slug", "Kein Slug!")
    save(page)
    expect(page.locator("#id_date")).to_be_focused()
    expect(page.locator("#id_date")).to_be_in_viewport()
    expect(page.locator(".field-date .errorlist")).to_be_in_viewport()
    # Its bar does not cover what has the focus.
    below = page.evaluate(
        "document.querySelector('#id_date').getBoundingClientRect().bottom"
        " <= document.querySelector('.submit-bar').getBoundingClientRect().top"
    )
    assert below
    links = page.locator(".error-list a")
    expect(links).to_have_count(2)
    links.last.click()
    expect(page.locator("#id_slug")).to_be_focused()


@pytest.mark.long
def test_an_error_of_a_chooser_is_focused_and_what_hides_an_error_opens(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.locator("#citations-group .add-row a").click()
    page.fill("#id_citations-1-locator", "¶2")
    save(page)
    expect(page.locator("#id_citations-1-source + .select2 .select2-selection")).to_be_focused()
    page.locator("#citations-1 .new-source summary").click()
    page.fill("#id_citations-1-new_source_publisher", "宁波日报")
    save(page)
    expect(page.locator("#id_citations-1-new_source_title")).to_be_focused()
    expect(page.locator("#id_citations-1-new_source_publisher")).to_have_value("宁波日报")
    # What is wrong elsewhere does not fold it.
    page.fill("#id_citations-1-new_source_title", "报道")
    page.fill("#id_title", "")
    save(page)
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator("#id_citations-1-new_source_publisher")).to_be_visible()


@pytest.mark.long
def test_a_new_source_that_was_not_saved_is_restored_in_view(window, site, draft):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.fill("#id_title", "没有保存的意见")
    page.locator("#citations-0 .new-source summary").click()
    page.fill("#id_citations-0-new_source_title", "没有保存的报道")
    page.wait_for_timeout(800)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/admin/")
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.locator(".draft-offer [data-restore]").click()
    expect(page.locator("#id_citations-0-new_source_title")).to_have_value("没有保存的报道")
    expect(page.locator("#id_citations-0-new_source_title")).to_be_visible()
    page.select_option("#id_document_type", "opinions")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Source.objects.filter(title="没有保存的报道").exists()


@pytest.mark.long
def test_a_note_beside_a_preview_is_kept_when_the_page_is_left(window, site, draft):
    draft.submit(by=make.make_user())
    page = window("li")
    address = change_url(site, draft).replace("/change/", "/preview/")
    page.goto(address)
    page.fill("#id_why", "日期与原文不符")
    page.wait_for_timeout(800)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site}/admin/")
    page.goto(address)
    page.locator(".draft-offer [data-restore]").click()
    expect(page.locator("#id_why")).to_have_value("日期与原文不符")
    page.click("button[value=send_back]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(change_url(site, draft))
    expect(page.locator(".record-status-returned")).to_contain_text("日期与原文不符")


@pytest.mark.long
@pytest.mark.parametrize(
    ("given", "focused"), [({"public_from": "2001-01-01T08:00"}, "#id_public_from"), ({}, ".nonfield")]
)
def test_what_is_refused_beside_a_preview_is_in_view(window, site, people, given, focused):
    entry = make.make_policy(title="没有来源的意见")
    page = window("li", viewport={"width": 390, "height": 800})
    page.goto(change_url(site, entry).replace("/change/", "/preview/"))
    page.locator("#id_why").press("Enter")
    page.wait_for_timeout(300)
    expect(page.locator(".errorlist")).to_have_count(0)
    for name, value in given.items():
        page.fill(f"#id_{name}", value)
    page.click("button[value=publish]")
    expect(page.locator(f".preview-buttons {focused}")).to_be_focused()
    expect(page.locator(".preview-buttons .errorlist")).to_be_in_viewport()


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_lists_and_forms_is_wider_than_its_window(window, site, people, width):
    world = make_world()
    entries = add_entries(world, "一")
    draft = make.make_policy(title="很长的题名" * 20)
    page = window("admin", viewport={"width": width, "height": 800})
    lists = [f"{site}/admin/timeline/{entry._meta.model_name}/" for entry in entries]
    lists += [
        f"{site}/admin/timeline/{name}/"
        for name in ("entry", "source", "topic", "phase", "area", "importbatch")
    ]
    lists += [f"{site}/admin/auth/user/"]
    forms = [f"{site}/admin/", change_url(site, draft), *(change_url(site, entry) for entry in entries)]
    forms.append(change_url(site, draft).replace("/change/", "/preview/"))
    for address in [*lists, *forms]:
        page.goto(address)
        assert overflow(page, width) == [], address
    for address in lists:
        page.goto(address)
        table = page.locator("#changelist .results")
        if table.count():
            assert table.evaluate("one => one.scrollWidth <= one.clientWidth"), address


@pytest.mark.long
def test_on_a_telephone_the_buttons_stay_in_view_and_leave_room_for_the_form(window, site, draft):
    page = window("li", viewport={"width": 390, "height": 800})
    page.goto(change_url(site, draft))
    row = page.locator(".submit-row")
    expect(row).to_be_in_viewport(ratio=1)
    assert row.bounding_box()["height"] < 130
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator("#id_why")).to_be_in_viewport()
    expect(row).to_be_in_viewport(ratio=1)


@pytest.mark.long
def test_on_a_telephone_the_values_of_a_list_are_named(window, site, draft):
    page = window("li", viewport={"width": 390, "height": 800})
    page.goto(f"{site}/admin/timeline/policy/")
    cell = page.locator("#result_list tbody .field-document_type").first
    heading = page.locator("#result_list thead .column-document_type .text")
    expect(heading).to_be_hidden()
    assert cell.evaluate("one => getComputedStyle(one, '::before').content").strip('"').strip() == (
        heading.text_content().strip()
    )


@pytest.fixture
def public(people):
    policy = make.make_policy(title="公开的意见", date="2013-01", published=True)
    make.make_citation(policy, locator="¶1")
    record_revision(policy, by=make.make_user())
    return policy


@pytest.mark.parametrize("width", [1280, 390])
def test_the_bar_of_a_public_record_covers_nothing_that_is_focused(window, site, public, width):
    page = window("li", viewport={"width": width, "height": 800})
    page.goto(change_url(site, public))
    page.locator("#id_title").focus()
    covered = []
    for _number in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """async () => {
              // A text area is brought into view in the next frame.
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const at = document.activeElement, bar = document.querySelector(".submit-bar");
              if (at === document.body || bar.contains(at) || !at.closest("form")) return "";
              const shown = getComputedStyle(bar).display === "contents" ? bar.querySelector(".submit-row") : bar;
              const top = shown.getBoundingClientRect().top, { bottom, height } = at.getBoundingClientRect();
              return height && bottom > top + 1 ? `${at.id || at.className}: ${bottom} > ${top}` : "";
            }"""
        )
        covered += [found] if found else []
    assert covered == []


def test_the_notes_for_readers_are_folded_until_somebody_has_written_one(window, site, public):
    page = window("li")
    page.goto(change_url(site, public))
    expect(page.locator("#id_change_note")).to_be_hidden()
    page.locator(".submit-notes summary").click()
    page.fill("#id_change_note", "更正日期")
    page.fill("#id_summary", "改过的摘要。")
    save(page)
    expect(page.locator("#id_change_note")).to_be_visible()
    expect(page.locator("#id_change_note")).to_have_value("更正日期")


def test_saving_by_the_keyboard_keeps_the_place(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_citations-0-locator", "¶3")
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_attached()
    field = page.locator("#id_citations-0-locator")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    # The message is at the top of the page.
    expect(page.locator(".submit-state")).to_contain_text("修改")
    # Later the form begins as always.
    page.reload()
    expect(page.locator(".submit-state")).to_contain_text("Ctrl+S")
    expect(field).not_to_be_focused()


def test_a_chooser_of_several_records_shows_its_focus(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.locator("#id_topics + .select2 .select2-search__field").focus()
    box = page.locator("#id_topics + .select2 .select2-selection--multiple")
    expect(box).to_have_css("outline-width", "2px")
    expect(box).to_have_css("outline-style", "solid")


def test_enter_takes_no_result_of_a_former_text(window, site, draft):
    for title in ("北京市人民政府", "宁波市人民政府"):
        make.make_organization(title=title)
    page = window("wang")
    page.goto(change_url(site, draft))
    search = page.locator("#id_issuers + .select2 .select2-search__field")
    results, chosen = page.locator(".select2-results__option"), page.locator("#id_issuers option:checked")
    search.click()
    expect(results.first).to_have_text("北京市人民政府")
    held = []
    page.route(re.compile("/autocomplete/"), lambda route: held.append(route))
    with page.expect_request(re.compile("/autocomplete/")):
        page.keyboard.type("宁波", delay=120)
        # Before the request as well, which waits whether more is typed.
        page.keyboard.press("Enter")
    expect(results.filter(has_text="北京市人民政府")).to_be_visible()
    page.keyboard.press("Enter")
    expect(chosen).to_have_count(0)
    held[-1].continue_()
    expect(page.locator(".loading-results")).to_have_count(0)
    expect(results).to_have_text(["宁波市人民政府"])
    page.keyboard.press("Enter")
    expect(chosen).to_have_text(["宁波市人民政府"])


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_highlighted_result_of_a_chooser_is_seen_and_told(window, site, draft, colours):
    for title in ("北京市人民政府", "宁波市人民政府"):
        make.make_organization(title=title)
    page = window("wang", forced_colors=colours)
    page.goto(change_url(site, draft))
    page.locator("#id_issuers + .select2 .select2-search__field").click()
    expect(page.locator(".select2-results__option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    told = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent"
    )
    highlighted = page.locator(".select2-results__option--highlighted")
    assert told == highlighted.text_content()
    other = page.locator(".select2-results__option:not(.select2-results__option--highlighted)").first
    background = "one => getComputedStyle(one).backgroundColor"
    assert highlighted.evaluate(background) != other.evaluate(background)


def test_a_row_that_is_added_has_the_focus_and_one_that_is_removed_gives_it_to_the_next(window, site, draft):
    page = window("wang", viewport={"width": 1280, "height": 800})
    page.goto(change_url(site, draft))
    add = page.locator("#citations-group .add-row a")
    for row in (1, 2):
        add.press("Enter")
        chooser = page.locator(f"#id_citations-{row}-source + .select2 .select2-selection")
        expect(chooser).to_be_focused()
        box, bar = chooser.bounding_box(), page.locator(".submit-bar").bounding_box()
        assert box["y"] + box["height"] <= bar["y"]
    page.fill("#id_citations-2-locator", "¶9")
    expect(page.locator("#citations-1 .inline-deletelink")).to_have_accessible_description("引用: #2")
    expect(page.locator("#id_citations-0-DELETE")).to_have_accessible_description(re.compile("^引用: .*¶1"))
    page.locator("#citations-1 .inline-deletelink").press("Enter")
    expect(page.locator("#id_citations-1-locator")).to_have_value("¶9")
    expect(page.locator("#id_citations-1-source + .select2 .select2-selection")).to_be_focused()
    expect(page.locator("#citations-1 .inline-deletelink")).to_have_accessible_description("引用: #2")
    page.locator("#citations-1 .inline-deletelink").press("Enter")
    expect(add).to_be_focused()


def test_the_second_stop_of_a_form_leads_to_its_buttons(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    # Whatever the page has focused, the stops are counted from its top.
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("a[href='#submit-bar']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#submit-bar")).to_be_focused()
    assert page.url == change_url(site, draft)
    page.keyboard.press("Tab")
    expect(page.locator("#id_why")).to_be_focused()


def test_what_the_next_page_tells_has_the_focus(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.locator(".submit-row button[value=submit]").press("Enter")
    expect(page.get_by_role("status").filter(has_text="提交审核")).to_be_focused()
