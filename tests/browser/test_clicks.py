"""How many clicks and pages an editor's tasks take, from the front page of the admin, beside Wagtail's."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests import factories as make
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Policy, Source

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.checklist,
    pytest.mark.django_db(transaction=True),
]

# Clicks / pages of Wagtail 8.0.1 with its own workflow, counted in the same way, and the most that are allowed here. Wagtail
# asks to confirm nothing.
LIMITS = {
    "write, cite a source, submit": ("10/3", (7, 2)),
    "write, cite a new source, submit": ("13/3", (10, 2)),
    "review and publish": ("4/2", (3, 2)),
    "review and publish with warnings": ("4/2", (3, 2)),
    "correct one word of what is public": ("5/3", (5, 3)),
    "approve a change with warnings": ("4/2", (3, 2)),
    "schedule": ("8/3", (4, 3)),
    "schedule with warnings": ("8/3", (4, 2)),
    "schedule a change with warnings": ("8/3", (4, 2)),
    "move the time": ("9/4", (4, 2)),
}


SUMMARY = "摘要有错字。" + "宁波市启动智慧健康保障体系的建设。" * 3


@dataclass
class Counter:
    """Drives a page and counts clicks, of which a filled-in field is one, and pages loaded after the first (no redirects)."""

    page: Page
    clicks: int = 0
    pages: int = 0
    addresses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("load", self._loaded)

    def _loaded(self, page: Page) -> None:
        self.pages += 1
        self.addresses.append(page.url)

    def click(self, target: str | Locator) -> None:
        self.clicks += 1
        (self.page.locator(target).first if isinstance(target, str) else target).click()

    def fill(self, target: str, text: str) -> None:
        """Fill in a field. Selecting it is no click of its own: the first is focused, the others are reached by Tab."""
        self.clicks += 1
        self.page.fill(target, text)

    def select(self, target: str, value: str) -> None:
        self.clicks += 1
        self.page.select_option(target, value)


@pytest.fixture
def begin(window, site, people) -> Callable[[str], Counter]:
    def open_front_page(user: str) -> Counter:
        page = window(user)
        page.goto(f"{site}/admin/")
        return Counter(page)

    return open_front_page


def check(task: str, counter: Counter) -> None:
    counter.page.wait_for_load_state("load")
    wagtail, (clicks, pages) = LIMITS[task]
    print(f"{task}: {counter.clicks}/{counter.pages} (at most {clicks}/{pages}; Wagtail {wagtail})")
    assert counter.clicks <= clicks
    assert counter.pages <= pages, counter.addresses


def test_an_entry_is_written_with_a_source_and_submitted(begin):
    make.make_source(title="宁波日报")
    counter = begin("wang")
    counter.click(".new-entries a[href*='/policy/']")
    counter.fill("#id_title", "关于推进智慧健康的意见")
    counter.select("#id_document_type", "opinions")
    counter.click("#id_citations-0-source + .select2 .select2-selection")
    counter.fill(".select2-container--open .select2-search__field", "寧波")
    counter.click(counter.page.locator(".select2-results__option", has_text="宁波日报").first)
    counter.click("button[name=_transition][value=submit]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("write, cite a source, submit", counter)
    policy = Policy.objects.get()
    assert (policy.status, policy.citations.get().source.title) == ("review", "宁波日报")


def test_an_entry_is_written_with_a_new_source_and_submitted(begin):
    counter = begin("wang")
    counter.click(".new-entries a[href*='/policy/']")
    counter.fill("#id_title", "关于推进智慧健康的意见")
    counter.select("#id_document_type", "opinions")
    counter.click("#citations-0 .new-source summary")
    counter.fill("#id_citations-0-new_source_title", "智慧健康报道")
    counter.fill("#id_citations-0-new_source_publisher", "宁波日报")
    counter.fill("#id_citations-0-new_source_published", "2013年1月")
    counter.fill("#id_citations-0-new_source_url", "https://example.org/1")
    counter.fill("#id_why", "请审")
    counter.click("button[name=_transition][value=submit]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("write, cite a new source, submit", counter)
    assert Policy.objects.get().citations.get().source == Source.objects.get(publisher="宁波日报")


@pytest.fixture
def reviewed(people) -> Milestone:
    # Nothing is missing, so that nothing is to be confirmed.
    entry = make.make_milestone(
        title="等待审核的大事",
        title_en="An event that waits",
        date="2013-01",
        phase=make.make_phase(),
        summary=SUMMARY,
        summary_en="The summary has a typing error.",
    )
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=make.make_user())
    entry.submit(by=make.make_user())
    return entry


def test_an_entry_is_reviewed_and_published(begin, reviewed):
    counter = begin("li")
    counter.click(counter.page.get_by_role("link", name="等待审核的大事").first)
    # It is read as readers will see it.
    expect(counter.page.locator("article.record .lead")).to_have_text(SUMMARY)
    counter.fill("#id_why", "已核对")
    counter.click(".preview-buttons button[value=publish]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("review and publish", counter)
    assert Milestone.objects.published().get() == reviewed


@pytest.fixture
def bare(people) -> Milestone:
    """What is in review, with four warnings."""
    entry = make.make_milestone(title="有待确认的大事")
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=make.make_user())
    entry.submit(by=make.make_user())
    return entry


@pytest.fixture
def changed(bare) -> Milestone:
    """What is public, with a submitted change that has four warnings."""
    bare.publish(by=make.make_user())
    row = table_of_record(bare).whole_row_of(bare)
    author = make.make_user()
    save_working_copy(bare, row | {"title": "改过的大事"}, by=author)
    perform_copy_transition(bare, "submit", by=author, seen_number=find_working_copy(bare).number)
    return bare


def confirm_all(counter: Counter) -> None:
    """Tick the box of all warnings, by which each is ticked."""
    single = counter.page.locator("[name=confirm]:not([data-confirm-all])")
    expect(single).to_have_count(4)
    counter.click("[data-confirm-all]")
    expect(counter.page.locator("[name=confirm]:not([data-confirm-all]):checked")).to_have_count(4)


def with_all_confirmed(begin, title):
    """Open what waits for review as a reviewer, and confirm its warnings with one box."""
    counter = begin("li")
    counter.click(counter.page.get_by_role("link", name=title).first)
    confirm_all(counter)
    return counter


def test_an_entry_with_warnings_is_reviewed_and_published(begin, bare):
    counter = with_all_confirmed(begin, "有待确认的大事")
    counter.click(".preview-buttons button[value=publish]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("review and publish with warnings", counter)
    assert Milestone.objects.published().get() == bare


def test_an_entry_with_warnings_is_scheduled(begin, bare):
    counter = with_all_confirmed(begin, "有待确认的大事")
    counter.fill("#id_public_from", "2099-01-04T09:00")
    counter.click(".preview-buttons button[value=publish]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("schedule with warnings", counter)
    assert Milestone.objects.get().published_at.year == 2099


def test_a_change_with_warnings_is_approved(begin, changed):
    counter = with_all_confirmed(begin, "改过的大事")
    counter.click(".publication__form [type=submit]")
    expect(counter.page.locator(".messagelist li")).to_be_visible()
    check("approve a change with warnings", counter)
    assert Milestone.objects.published().get().title == "改过的大事"


def test_a_change_with_warnings_is_scheduled(begin, changed):
    counter = with_all_confirmed(begin, "改过的大事")
    counter.fill("#id_now", "2099-01-04T09:00")
    counter.click(".publication__form [type=submit]")
    expect(counter.page.locator(".messagelist li")).to_be_visible()
    check("schedule a change with warnings", counter)
    assert find_working_copy(changed).is_scheduled


def test_one_word_of_what_is_public_is_corrected(begin, reviewed):
    reviewed.publish(by=make.make_user())
    counter = begin("li")
    counter.fill("#find-entry", "審核的大事")
    counter.click(".find-entry button")
    counter.click("#result_list .field-titled a")
    counter.fill("#id_summary", SUMMARY.replace("有错字", "没有错字"))
    counter.click("button[name=_transition][value=publish]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("correct one word of what is public", counter)
    assert Milestone.objects.published().get().summary == SUMMARY.replace("有错字", "没有错字")


def test_an_entry_is_scheduled(begin, reviewed):
    counter = begin("li")
    counter.click(counter.page.get_by_role("link", name="等待审核的大事").first)
    counter.fill("#id_public_from", "2099-01-04T09:00")
    counter.click(".preview-buttons button[value=publish]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("schedule", counter)
    assert Milestone.objects.get().published_at.year == 2099


def test_the_time_of_a_scheduled_entry_is_moved(begin, reviewed):
    reviewed.publish(by=make.make_user(), public_from=timezone.now() + datetime.timedelta(days=1))
    counter = begin("li")
    counter.click(f"a[href='{reverse('admin:timeline_entry_schedule')}']")
    counter.click(".schedule .act summary")
    counter.fill(".schedule .act [name=public_from]", "2099-01-04T09:00")
    counter.click(".schedule .act button[value=reschedule]")
    expect(counter.page.locator(".messagelist .success")).to_be_visible()
    check("move the time", counter)
    assert Milestone.objects.get().published_at.year == 2099
