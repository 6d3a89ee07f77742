"""The page that follows the job of a large file."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.public import overflow
from tests.jobs import by_job, waiting_jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = {"name": "milestones.csv", "mimeType": "text/csv", "buffer": "slug,title\na,甲\n".encode()}


def test_the_page_of_a_job_leads_to_its_result_by_itself(window, site):
    page = window("admin", viewport={"width": 390, "height": 844})
    with by_job, waiting_jobs:
        page.goto(f"{site}/admin/timeline/importbatch/upload/")
        page.set_input_files("#id_file", FILE)
        page.click(".submit-row input[type=submit]")
        expect(page.locator("progress")).to_be_visible()
        assert overflow(page, 390) == []
    # The next time that the page asks, the job is carried out.
    expect(page).to_have_url(re.compile("/prepared/[^/]+/$"))
    expect(page.locator(".difference")).to_have_count(1)


def test_a_cancelled_job_is_seen_in_another_window_without_reloading(window, site):
    page = window("admin")
    with by_job, waiting_jobs:
        page.goto(f"{site}/admin/timeline/importbatch/upload/")
        page.set_input_files("#id_file", FILE)
        page.click(".submit-row input[type=submit]")
        other = page.context.new_page()
        other.goto(page.url)
        page.click(".submit-row input[type=submit]")
        for one in (page, other):
            expect(one.locator("progress")).to_have_count(0)
            expect(one.locator(".admin-note")).to_be_visible()
