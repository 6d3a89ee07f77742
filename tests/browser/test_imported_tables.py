"""The table of a government from the upload to the import, by clicks alone; the pages on the way in any window."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.accessibility import accessibility_violations, settle
from tests.browser.public import overflow
from tests.foreign_tables import case
from timeline.models import Organization, Policy

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

NEXT = ".submit-row input.default"
# The upload, the mapping, the questions, the preview without any, and the import.
MOST_PAGES = 5


@pytest.fixture
def office(window, site):
    make.make_chronicle(title="宁波智慧城市建设编年")
    make.make_organization(title="宁波市人民政府", slug="ningbo-government")
    page = window("li")
    page.goto(f"{site}/admin/timeline/importbatch/upload/")
    return page


def upload(page):
    page.set_input_files("#id_file", str(case("70")))
    page.click(NEXT)
    expect(page.locator(".sheet-lines")).to_be_visible()


def answer(page):
    """Answer each open question by its first choice, or by creating what is not there."""
    for question in page.locator(".import-questions details[open] .question").all():
        if (create := question.locator("input[value=create]")).count():
            create.check()
        elif (select := question.locator("select")).count():
            select.select_option(index=1)
        else:
            question.locator("input").first.check()
    page.click(".import-questions input[type=submit]")


def test_the_table_of_a_government_is_imported_by_clicks(office):
    loads = []
    office.on("load", lambda page: loads.append(page.url))
    upload(office)
    expect(office.locator(".sheet-lines tr.header td").nth(1)).to_have_text("文件名称")
    expect(office.locator(".sheet-lines tr.last th")).to_contain_text("14")
    office.locator("input[name=cites][value=this-file]").check()
    office.click(NEXT)
    expect(office.locator(".import-questions")).to_be_visible()
    expect(office.locator("form[action$='/confirm/']")).to_have_count(0)
    answer(office)
    office.click("form[action$='/confirm/'] input.default")
    expect(office.locator(".messagelist .info")).to_be_visible()
    assert Policy.objects.count() == 12
    assert Policy.objects.filter(citations__isnull=False).distinct().count() == 12
    assert Organization.objects.filter(status="draft").exists()
    assert len(loads) <= MOST_PAGES, loads


def test_the_pages_of_an_import_are_accessible_and_no_wider_than_a_telephone(window, office):
    pages = {"upload": faults(window, office)}
    upload(office)
    pages["mapping"] = faults(window, office)
    lines = office.locator(".sheet-lines")
    assert lines.evaluate("box => box.scrollWidth > box.clientWidth")
    lines.focus()
    expect(lines).to_be_focused()
    office.set_viewport_size({"width": 1280, "height": 900})
    office.locator("[id$=column-1]").select_option("document_number")
    office.click(NEXT)
    expect(office.locator(".sheet-lines .errorlist")).to_be_visible()
    pages["errors"] = faults(window, office)
    office.locator("[id$=column-1]").select_option("title")
    office.click(NEXT)
    expect(office.locator(".import-questions")).to_be_visible()
    pages["preview"] = faults(window, office)
    office.goto(office.url.split("prepared/")[0] + "upload/columns/")
    office.locator("summary").last.click()
    pages["columns"] = faults(window, office)
    assert pages == dict.fromkeys(pages, [])


def faults(window, page):
    """Return what is wrong with the page: its errors, violations, and what is wider than a small window."""
    settle(page)
    found = [*window.troubles, *accessibility_violations(page), *overflow(page, 390)]
    # Those that axe-core itself causes.
    window.troubles.clear()
    return found


def test_a_table_is_mapped_without_scripts(window, site, office):
    page = window("li", java_script_enabled=False)
    page.goto(f"{site}/admin/timeline/importbatch/upload/")
    upload(page)
    page.locator("[id$=-table]").select_option("milestones")
    page.locator("button[name=apply]").click()
    expect(page.locator("[id$=-table]")).to_have_value("milestones")
    expect(page.locator("[id$=column-1]")).to_have_value("title")
    page.click(NEXT)
    expect(page.locator("nav .shown")).to_be_visible()
