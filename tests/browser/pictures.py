"""Take the screenshots of the documents, of a site on a temporary database with the content that `make run` opens.

python -m tests.browser.pictures docs/images
"""

import io
import math
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.opened_folders import OPENED_FOLDERS

EDITOR, COLLEAGUE, REVIEWER = "王编辑", "陈编辑", "李审核"


def prepare(folder: str) -> None:
    """Set up Django on a new database with accounts of editors and a reviewer, and the first folder of content published."""
    os.environ["TEST_DATABASE_URL"] = f"sqlite:///{folder}/pictures.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    from tests.browser.editor_actions import PASSWORD
    from timeline.accounts.roles import EDITORS, REVIEWERS, set_up_groups

    call_command("migrate", verbosity=0)
    set_up_groups()
    for name, group in ((EDITOR, EDITORS), (COLLEAGUE, EDITORS), (REVIEWER, REVIEWERS)):
        account = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        account.groups.add(Group.objects.get(name=group))
    publish_content(OPENED_FOLDERS[:1])


def publish_content(folders: Iterable[Path]) -> None:
    from django.core.management import call_command

    for folder in folders:
        call_command("import_content", folder, publish=True, user=REVIEWER, verbosity=0)


class Camera:
    """Opens browser windows and takes screenshots of them."""

    def __init__(self, browser: Any, site: str, folder: Path) -> None:
        self.browser, self.site, self.folder = browser, site, folder

    def window(self, username: str = "", width: int = 1000, height: int = 700) -> Any:
        from tests.browser import chromium, editor_actions

        context = self.browser.new_context(
            **(chromium.AT_HOME | {"viewport": {"width": width, "height": height}})
        )
        # Collapse the sidebar of the admin, which would take room from the page.
        context.add_init_script("localStorage.setItem('django.admin.navSidebarIsOpen', 'false')")
        page = context.new_page()
        if username:
            editor_actions.sign_in(page, self.site, username)
        return page

    def take(self, page: Any, name: str, *, upto: str = "", only: str = "", height: int = 0) -> None:
        """Take the window, the page down to the element `upto`, or the element `only` with a margin."""
        page.wait_for_load_state("load")
        page.evaluate("document.activeElement?.blur(); document.fonts.ready")
        path = self.folder / f"{name}.png"
        size = page.viewport_size
        if not (upto or only or height):
            page.screenshot(path=path)
            return
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height}
        if upto or only:
            page.evaluate("scrollTo(0, 0)")
            box = page.locator(upto or only).first.bounding_box()
            below = box["y"] + box["height"] + 16
            top = max(0, box["y"] - 12) if only else 0
            clip |= {"y": top, "height": below - top}
        # As high as what is shown, at the end of which the bar of buttons of a form then is, and not in its midst.
        page.set_viewport_size({"width": size["width"], "height": math.ceil(clip["y"] + clip["height"])})
        page.screenshot(path=path, clip=clip, full_page=True)
        page.set_viewport_size(size)

    def take_sheet(self, workbook: Path, name: str) -> None:
        """Take the first page of a workbook, printed by LibreOffice; without it, keep the old picture."""
        if not (shutil.which("soffice") and shutil.which("pdftoppm")):
            print(
                f"{name}.png stays as it was: it takes soffice and pdftoppm (LibreOffice Calc, poppler-utils)."
            )
            return
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copy(workbook, f"{folder}/{name}.xlsx")
            profile = f"-env:UserInstallation=file://{folder}/profile"
            printing = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, copy]
            subprocess.run(printing, check=True, capture_output=True)
            pdf = f"{folder}/{name}.pdf"
            drawing = ["pdftoppm", "-png", "-r", "140", "-f", "1", "-l", "1", "-singlefile"]
            drawing += ["-x", "90", "-y", "120", "-W", "1370", "-H", "110"]
            subprocess.run([*drawing, pdf, str(self.folder / name)], check=True)


# The screenshots of the public site: name, path, width, height and colour scheme.
PUBLIC = (
    *(
        (f"public-timeline-{width}-{colours}", "/", width, height, colours)
        for width, height in ((360, 740), (768, 1024), (1280, 800), (1920, 1080))
        for colours in ("light", "dark")
    ),
    ("public-timeline-en", "/en/", 1280, 900, "light"),
    ("public-timeline-hant", "/zh-hant/", 1280, 900, "light"),
    ("public-policy", "/policies/thirteenth-plan/", 1280, 900, "light"),
    ("public-policy-en", "/en/policies/thirteenth-plan/", 1280, 900, "light"),
    ("public-goals", "/goals/", 1280, 900, "light"),
    ("public-areas", "/areas/", 1280, 900, "light"),
    ("public-topic", "/topics/smart-industry/", 1280, 900, "light"),
)


def public_pages(camera: Camera) -> None:
    """Take the public pages before any example changes the content."""
    for name, path, width, height, colours in PUBLIC:
        visitor = camera.window(width=width, height=height)
        visitor.emulate_media(color_scheme=colours)
        visitor.goto(camera.site + path)
        camera.take(visitor, name)
        visitor.context.close()


def writing(camera: Camera) -> Any:
    from tests.browser import editor_actions
    from timeline.models import Policy

    stranger = camera.window(height=420)
    stranger.goto(f"{camera.site}/admin/")
    camera.take(stranger, "admin-login")

    editor = camera.window(EDITOR)
    editor.goto(f"{camera.site}/admin/timeline/policy/add/")
    editor.fill("#id_title", "关于加快推进智慧健康应用的实施意见")
    editor.select_option("#id_document_type", label="实施意见")
    editor.fill("#id_date", "2013年1月")
    editor.locator("#id_date").dispatch_event("change")
    editor.fill("#id_summary", "示例条目：写明谁、做了什么、为了什么。")
    editor_actions.choose(editor, "topics", "智慧健康")
    editor.wait_for_timeout(800)
    camera.take(editor, "admin-policy", upto=".field-date")
    editor_actions.cite(editor, "无题名", "¶5")
    camera.take(editor, "admin-citation", only="#citations-group")
    editor_actions.save(editor)
    policy = Policy.objects.get(summary__startswith="示例条目")
    editor.wait_for_selector(".messagelist")
    camera.take(editor, "admin-saved", height=308)
    editor.fill("#id_why", "请核对日期和出处。")
    camera.take(editor, "admin-submit", only="#content .submit-bar")
    editor_actions.use(editor, "提交审核")
    editor.wait_for_selector(".record-status-review")
    camera.take(editor, "admin-submitted", height=362)
    editor.goto(f"{camera.site}/admin/timeline/policy/add/")
    editor.fill("#id_title", "未注明出处的通知")
    editor.select_option("#id_document_type", label="通知")
    editor_actions.save(editor)
    return policy


def publishing(camera: Camera, policy: Any) -> None:
    from tests.browser import editor_actions
    from timeline.models import Policy

    reviewer = camera.window(REVIEWER)
    reviewer.goto(f"{camera.site}/admin/")
    camera.take(reviewer, "admin-front")
    bare = Policy.objects.get(title="未注明出处的通知")
    reviewer.goto(editor_actions.change_url(camera.site, bare))
    editor_actions.use(reviewer, "发布")
    reviewer.wait_for_selector(".errornote")
    camera.take(reviewer, "admin-refused", height=540)
    reviewer.goto(editor_actions.change_url(camera.site, policy))
    reviewer.fill("#id_public_from", "2099-01-04T09:00")
    camera.take(reviewer, "admin-publish", only="#content .submit-bar")
    editor_actions.use(reviewer, "发布", public_from="")
    reviewer.wait_for_selector(".checklist")
    camera.take(reviewer, "admin-checklist", height=640)
    confirm_all(reviewer)
    reviewer.locator("#content .submit-row [type=submit]").first.click()
    reviewer.wait_for_selector(".messagelist")


def confirm_all(page: Any) -> None:
    """Tick the boxes of all warnings of a page of publication."""
    for box in page.locator(".checklist input[type=checkbox]").all():
        box.check()


def revising(camera: Camera, policy: Any) -> None:
    from tests.browser import editor_actions

    address = f"{camera.site}/admin/timeline/policy/{policy.pk}"
    editor = camera.window(EDITOR)
    editor.goto(f"{address}/change/")
    editor.fill("#id_summary", "示例条目：市政府提出加快智慧健康应用，写明谁、做了什么、为了什么。")
    editor.fill("#id_why", "补充提出单位")
    editor_actions.save(editor)
    editor.wait_for_selector(".admin-note")
    camera.take(editor, "admin-revising", height=362)
    reviewer = camera.window(REVIEWER)
    reviewer.goto(f"{address}/working-copy/")
    camera.take(reviewer, "admin-working-copy", upto="#content .submit-row")
    reviewer.get_by_role("link", name="预览").click()
    reviewer.wait_for_load_state("load")
    camera.take(reviewer, "admin-preview")
    reviewer.goto(f"{address}/working-copy/")
    reviewer.wait_for_selector("#content .submit-row [type=submit]")
    confirm_all(reviewer)
    reviewer.locator("#content .submit-row [type=submit]").first.click()
    reviewer.wait_for_selector(".messagelist")
    reviewer.goto(f"{address}/history/")
    camera.take(reviewer, "admin-history", upto="#content form")
    reviewer.goto(f"{address}/revisions/1/restore/")
    camera.take(reviewer, "admin-restore", upto="#content .submit-row")


def disagreeing(camera: Camera, policy: Any) -> None:
    from tests.browser import editor_actions

    address = f"{camera.site}/admin/timeline/policy/{policy.pk}/change/"
    first, second = camera.window(COLLEAGUE), camera.window(EDITOR)
    for page in (first, second):
        page.goto(address)
    first.fill("#id_summary", "示例条目：市政府提出加快智慧健康应用，2015年建成。")
    editor_actions.save(first)
    first.wait_for_selector(".messagelist")
    second.fill("#id_summary", "示例条目：市政府提出加快智慧健康应用，覆盖全市医院。")
    second.fill("#id_editor_note", "两个来源的说法不同。")
    editor_actions.save(second)
    second.wait_for_selector("[name=take-summary]")
    camera.take(second, "admin-conflict", upto="#content .submit-row")


def unsaved(camera: Camera, policy: Any) -> None:
    from tests.browser import editor_actions

    editor = camera.window(EDITOR)
    editor.on("dialog", lambda dialog: dialog.accept())
    editor.goto(editor_actions.change_url(camera.site, policy))
    editor.fill("#id_editor_note", "写到一半的说明。")
    editor.wait_for_timeout(800)
    editor.goto(f"{camera.site}/admin/")
    editor.goto(editor_actions.change_url(camera.site, policy))
    editor.wait_for_selector(".draft-offer")
    camera.take(editor, "admin-unsaved", height=580)


def losing(camera: Camera, policy: Any) -> None:
    from tests.browser import editor_actions
    from timeline.models import Policy

    reviewer = camera.window(REVIEWER)
    bare = Policy.objects.get(title="未注明出处的通知")
    reviewer.goto(f"{camera.site}/admin/timeline/policy/{bare.pk}/delete/")
    reviewer.fill("[name=reason]", "没有出处。")
    reviewer.locator("#content form input[type=submit]").click()
    reviewer.wait_for_selector(".messagelist")
    reviewer.goto(f"{camera.site}/admin/timeline/policy/deleted/")
    camera.take(reviewer, "admin-deleted", upto="ul.gone")
    reviewer.goto(editor_actions.change_url(camera.site, policy))
    editor_actions.use(reviewer, "撤回", why="来源有误，核实后重新发布。")
    reviewer.wait_for_selector(".record-status-withdrawn")
    camera.take(reviewer, "admin-withdraw", height=400)
    visitor = camera.window(height=460)
    visitor.goto(camera.site + policy.get_absolute_url())
    camera.take(visitor, "admin-withdrawn")


def importing(camera: Camera) -> None:
    """Import the second folder in the admin, and the others like the first."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(OPENED_FOLDERS[1].glob("*.yaml")):
            archive.write(path, path.name)
    reviewer = camera.window(REVIEWER)
    reviewer.goto(f"{camera.site}/admin/timeline/importbatch/upload/")
    file = {"name": "其他来源.zip", "mimeType": "application/zip", "buffer": content.getvalue()}
    reviewer.set_input_files("#id_file", files=[file])
    reviewer.fill("#id_note", "补充其他来源")
    reviewer.check("#id_publish")
    camera.take(reviewer, "admin-import-upload", upto="#content .submit-row")
    reviewer.click(".submit-row input[type=submit]")
    reviewer.goto(f"{reviewer.url}?show=changed")
    camera.take(reviewer, "admin-import-preview", height=1300)
    reviewer.click(".submit-row input[type=submit]")
    reviewer.wait_for_selector(".messagelist")
    camera.take(reviewer, "admin-import-done", height=620)
    reviewer.locator(".object-tools").get_by_role("link", name="撤销导入").click()
    camera.take(reviewer, "admin-import-undo", upto="#content .submit-row")
    reviewer.goto(f"{camera.site}/admin/timeline/importbatch/upload/")
    sheet = "网址标识,题名,日期,专题\nda-shi-yi,大事一,2013年13月,智慧健康\nda-shi-er,,2014年3月,\n"
    file = {"name": "大事.csv", "mimeType": "text/csv", "buffer": sheet.encode("gb18030")}
    reviewer.set_input_files("#id_file", files=[file])
    reviewer.click(".submit-row input[type=submit]")
    reviewer.wait_for_selector(".problems")
    camera.take(reviewer, "admin-import-errors", upto="#content .submit-row")
    with reviewer.expect_download() as download:
        reviewer.get_by_role("link", name="下载标出全部问题的表格").click()
    camera.take_sheet(Path(download.value.path()), "admin-import-problems")
    reviewer.goto(f"{camera.site}/admin/timeline/policy/")
    reviewer.locator(".object-tools").get_by_role("link", name="导出").click()
    camera.take(reviewer, "admin-export", upto="#content .submit-row")
    publish_content(OPENED_FOLDERS[2:])


def main(folder: Path) -> None:
    from tests.browser import chromium

    path = chromium.found()
    if path is None:
        sys.exit("There is no Chromium. Debian: apt install chromium-headless-shell fonts-noto-cjk.")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="chronicle-pictures-") as temporary,
        chromium.launched(path) as browser,
    ):
        prepare(temporary)
        from django.contrib.staticfiles.handlers import StaticFilesHandler
        from django.test.testcases import LiveServerThread

        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        try:
            camera = Camera(browser, f"http://127.0.0.1:{server.port}", folder)
            importing(camera)
            public_pages(camera)
            policy = writing(camera)
            then: tuple[Callable[[Camera, Any], None], ...] = (
                publishing,
                revising,
                disagreeing,
                unsaved,
                losing,
            )
            for part in then:
                part(camera, policy)
        finally:
            server.terminate()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
