"""Every kind of admin page in a real browser: Content Security Policy and accessibility."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import factories as make
from tests.browser.accessibility import accessibility_violations, settle
from tests.browser.editor_actions import change_url, save
from tests.browser.targets import hindrances
from tests.world import add_entries, make_world
from timeline.accounts.mail import password_path
from timeline.editing.revisions import record_revision

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


Step = Callable[[Page], Any]


@pytest.fixture
def steps(site, people) -> dict[str, Step]:
    """The steps that open each kind of page as an administrator. A step may start from any page."""
    world = make_world()
    public, _designation, milestone, goal, *_others = add_entries(world, "一")
    draft = make.make_policy(title="草稿", date="2013-01", topics=[world.topic], issuers=[world.organization])
    gone = make.make_policy(title="将要删除的草稿")
    for entry in (public, milestone, goal, draft, gone):
        make.make_citation(entry, locator="¶9")
        record_revision(entry, by=world.user)
    admin = f"{site}/admin"
    of_public, of_draft = (f"{admin}/timeline/policy/{entry.pk}" for entry in (public, draft))

    def to(address: str) -> Step:
        return lambda page: page.goto(address)

    def to_working_copy(page: Page) -> None:
        page.goto(change_url(site, public))
        page.fill("#id_summary", "修订稿的摘要")
        save(page)

    def to_compare(page: Page) -> None:
        page.goto(f"{of_draft}/change/")
        page.fill("#id_summary", f"{page.input_value('#id_summary')}又改")
        save(page)
        page.goto(f"{of_draft}/revisions/1/2/")

    def to_conflict(page: Page) -> None:
        other = page.context.new_page()
        for each, words in ((page, "我写的"), (other, "对方写的")):
            each.goto(f"{of_draft}/change/")
            each.fill("#id_summary", f"{each.input_value('#id_summary')}{words}")
        save(other)
        other.wait_for_selector(".messagelist")
        other.close()
        save(page)
        page.wait_for_selector("[name=take-summary]")

    def to_refused_form(page: Page) -> None:
        page.goto(f"{admin}/timeline/policy/add/")
        page.fill("#id_date", "2016-02-30")
        page.locator("#policy_form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        page.wait_for_selector(".errornote")

    def to_deletion_of_chosen(page: Page) -> None:
        page.goto(f"{admin}/timeline/policy/")
        page.locator(f".action-select[value='{draft.pk}']").check()
        page.select_option("select[name=action]", "delete_selected")
        page.click("button[name=index]")

    def to_export_of_chosen(page: Page) -> None:
        page.goto(f"{admin}/timeline/policy/")
        page.locator(f".action-select[value='{draft.pk}']").check()
        page.select_option("select[name=action]", "export_selected")
        page.click("button[name=index]")
        page.wait_for_selector("#id_format")

    def to_deleted_drafts(page: Page) -> None:
        page.goto(f"{admin}/timeline/policy/{gone.pk}/delete/")
        if page.locator("#id_reason").count():
            page.fill("#id_reason", "重复")
        if page.locator("#content form input[type=submit]").count():
            page.locator("#content form input[type=submit]").click()
        page.goto(f"{admin}/timeline/policy/deleted/")

    def to_refused_verb(page: Page) -> None:
        page.goto(f"{admin}/timeline/policy/verb/withdraw/?ids={public.pk}")
        page.locator("#content form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        page.wait_for_selector(".errorlist")

    def to_unsaved(page: Page) -> None:
        page.goto(f"{of_draft}/change/")
        page.fill("#id_summary", "没有保存的摘要")
        page.wait_for_timeout(800)

    def to_offered_draft(page: Page) -> None:
        to_unsaved(page)
        page.goto(f"{admin}/timeline/")
        page.goto(f"{of_draft}/change/")
        page.wait_for_selector(".draft-offer")

    def to_restored_draft(page: Page) -> None:
        to_offered_draft(page)
        page.locator(".draft-offer [data-restore]").first.click()
        page.wait_for_selector(".draft-restored")

    def to_list_of_drafts(page: Page) -> None:
        to_unsaved(page)
        page.goto(f"{admin}/")
        page.wait_for_selector(".browser-drafts li")

    def to_returned(page: Page) -> None:
        page.goto(f"{of_draft}/change/")
        page.click("button[value=submit]")
        page.fill("#id_why", "日期与原文不符")
        page.click("button[value=send_back]")
        page.wait_for_selector(".record-status-returned")

    def to_preview_refused(page: Page) -> None:
        page.goto(f"{of_draft}/preview/")
        page.fill("#id_public_from", "2001-01-01T08:00")
        page.click("button[value=publish]")
        page.wait_for_selector(".preview-buttons .errorlist")

    def to_comments(page: Page) -> None:
        page.goto(f"{of_draft}/comments/?field=title")
        page.fill(".comment-form textarea", "题名是否完整？")
        page.click(".comment-form input[type=submit]")
        page.wait_for_selector(".thread")

    def to_assignment(page: Page) -> None:
        # For the steps that follow, the draft is one again.
        for verb in ("submit", "recall"):
            page.goto(f"{of_draft}/change/")
            page.click(f"button[value={verb}]")
            page.wait_for_selector(".messagelist .success")
            if verb == "submit":
                page.goto(f"{of_draft}/assign/")
                page.wait_for_selector("#id_user")

    def to_new_source(page: Page) -> None:
        page.goto(f"{admin}/timeline/policy/add/")
        page.locator("#citations-0 .new-source summary").click()
        page.fill("#id_citations-0-new_source_published", "2016-02-30")
        page.locator("#policy_form [name=_save]").click()
        page.wait_for_selector("#citations-0 .new-source .errorlist")

    def to_refused_invitation(page: Page) -> None:
        page.goto(f"{admin}/auth/user/invite/")
        page.click(".submit-row input[type=submit]")
        page.wait_for_selector(".errornote")

    def to_popup(page: Page) -> None:
        page.goto(f"{admin}/timeline/source/add/?_to_field=id&_popup=1")

    def to_preview(text: str) -> Step:
        def step(page: Page) -> None:
            page.goto(f"{admin}/timeline/importbatch/upload/")
            file = {"name": "milestones.csv", "mimeType": "text/csv", "buffer": text.encode()}
            page.set_input_files("#id_file", files=[file])  # type: ignore[list-item]
            page.click(".submit-row input[type=submit]")
            page.wait_for_selector(".shown")

        return step

    def to_import(page: Page, title: str = "改过的题") -> None:
        to_preview(f"slug,title\n{milestone.slug},{title}\nnew,新的\n")(page)
        page.click(".submit-row input[type=submit]")
        page.wait_for_selector(".messagelist")

    def to_undoing(page: Page) -> None:
        # Importing the same file again would change nothing, so there would be nothing to undo.
        to_import(page, "再改的题")
        page.locator(".object-tools").get_by_role("link", name="撤销导入").click()

    return {
        "upload": to(f"{admin}/timeline/importbatch/upload/"),
        "preview of an import": to_preview(f"slug,title,summary\n{milestone.slug},改题,摘要\nother,新的,\n"),
        "preview of a bad file": to_preview("slug,title,date\na,甲,2013-13\nb,,\n"),
        "import": to_import,
        "undoing an import": to_undoing,
        "export of everything": to(f"{admin}/timeline/importbatch/export/"),
        "export of a list": to(f"{admin}/timeline/policy/export/?q=一"),
        "export of chosen entries": to_export_of_chosen,
        "list of imports": to(f"{admin}/timeline/importbatch/"),
        "front page": to(f"{admin}/"),
        "front page of an application": to(f"{admin}/timeline/"),
        "list of policies": to(f"{admin}/timeline/policy/"),
        "list, searched and filtered": to(f"{admin}/timeline/policy/?q=一&status__exact=published"),
        "empty list": to(f"{admin}/timeline/policy/?q=没有这样的词"),
        "list of all entries": to(f"{admin}/timeline/entry/"),
        "list of goals": to(f"{admin}/timeline/goal/"),
        "list of sources": to(f"{admin}/timeline/source/"),
        "new policy": to(f"{admin}/timeline/policy/add/"),
        "form refused": to_refused_form,
        "draft": to(f"{of_draft}/change/"),
        "public entry": to(f"{of_public}/change/"),
        "milestone": to(change_url(site, milestone)),
        "goal": to(change_url(site, goal)),
        "topic": to(change_url(site, world.topic)),
        "source": to(change_url(site, world.source)),
        "phase": to(change_url(site, world.phase)),
        "comparison": to_compare,
        "form with values of a revision": to(f"{of_draft}/change/?take=1"),
        "history": to(f"{of_draft}/history/"),
        "restoring": to(f"{of_draft}/revisions/1/restore/"),
        "entry with a working copy": to_working_copy,
        "working copy": to(f"{of_public}/working-copy/"),
        "publication of a working copy": to(f"{of_public}/working-copy/publish/"),
        "submission of a working copy": to(f"{of_public}/working-copy/submit/"),
        "list of the queue": to(f"{admin}/queue/drafts/"),
        "comments": to_comments,
        "answer to a comment": lambda page: page.click(".thread a"),
        "assignment": to_assignment,
        "schedule": to(f"{admin}/timeline/entry/schedule/"),
        "discarding of a working copy": to(f"{of_public}/working-copy/discard/"),
        "preview of a working copy": to(f"{of_public}/working-copy/preview/"),
        "preview of a draft": to(f"{of_draft}/preview/"),
        "preview with a refused button": to_preview_refused,
        "form with a new source refused": to_new_source,
        "conflict": to_conflict,
        "page of a verb": to(f"{admin}/timeline/policy/verb/publish/?ids={draft.pk}"),
        "verb refused": to_refused_verb,
        "deletion": to(f"{of_draft}/delete/"),
        "deletion of several": to_deletion_of_chosen,
        "deleted drafts": to_deleted_drafts,
        "recovery of a draft": lambda page: page.locator(".gone a").first.click(),
        "password": to(f"{admin}/password_change/"),
        "second factor": to(f"{admin}/second-factor/"),
        "list of accounts": to(f"{admin}/auth/user/"),
        "account": to(f"{admin}/auth/user/{world.user.pk}/change/"),
        "deletion of an account": to(f"{admin}/auth/user/{world.user.pk}/delete/"),
        "history of an account": to(f"{admin}/auth/user/{world.user.pk}/history/"),
        "invitation": to(f"{admin}/auth/user/invite/"),
        "invitation refused": to_refused_invitation,
        "own account": to(f"{admin}/account/"),
        "group": to(f"{admin}/auth/group/1/change/"),
        "form with a draft to restore": to_offered_draft,
        "form with a restored draft": to_restored_draft,
        "front page with drafts": to_list_of_drafts,
        "returned entry": to_returned,
        "front page with a returned entry": to(f"{admin}/"),
        "pop-up window": to_popup,
        "forgotten password": to(f"{admin}/password-reset/"),
        "request received": to(f"{admin}/password-reset/sent/"),
        "password by a link": to(f"{site}{password_path(world.user)}"),
        "link no longer valid": to(f"{admin}/set-password/x/y/"),
        "login": lambda page: (page.context.clear_cookies(), page.goto(f"{admin}/login/")),
    }


def test_no_page_of_the_admin_breaks_the_policy_against_foreign_code_or_shuts_people_out(window, steps):
    page = window("admin")
    page.on("dialog", lambda dialog: dialog.accept())
    found = {}
    for name, step in steps.items():
        step(page)
        settle(page)
        wrong = [*window.troubles]
        wrong += accessibility_violations(page)
        # Discard the violations that axe-core itself causes.
        window.troubles.clear()
        if wrong:
            found[name] = wrong
    assert not found, "\n".join(f"{name}\n  " + "\n  ".join(wrong) for name, wrong in found.items())
    assert len(steps) >= 15


def test_on_a_phone_every_target_of_the_admin_can_be_met_and_no_field_is_cut_off(window, steps):
    page = window("admin", viewport={"width": 390, "height": 844})
    page.on("dialog", lambda dialog: dialog.accept())
    found = {}
    for name, step in steps.items():
        step(page)
        settle(page)
        if wrong := hindrances(page):
            found[name] = wrong
    assert not found, "\n".join(f"{name}\n  " + "\n  ".join(wrong) for name, wrong in found.items())
