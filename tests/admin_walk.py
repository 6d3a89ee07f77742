"""The walk over the admin: every URL, with a record of each model, as a user of each role.

New views are found automatically. URL parameters are filled by name: `object_id`, `pk` and `id` with a record
of the view's model, `revision` or `revision_id` with one of the model Revision, and those in `SAMPLES` with
the value given there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLResolver, reverse
from django.views.generic import RedirectView
from zeal import zeal_ignore

from tests import factories as make
from tests.world import make_world
from timeline.accounts.roles import ADMINISTRATORS, EDITORS, REVIEWERS, set_up_groups
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.models import Action, Chronicle, Entry, ImportBatch, PreparedImport, Revision

ANONYMOUS, WITHOUT_RIGHTS = "访客", "无权限的工作人员"
ROLES = [ANONYMOUS, WITHOUT_RIGHTS, EDITORS, REVIEWERS, ADMINISTRATORS]

# The titles of URLs in the document. A URL that is not listed is titled by its name.
ADDRESSES = {
    "changelist": "列表",
    "verb": "发布流程操作",
    "deleted": "已删除的草稿",
    "recover": "找回已删除的草稿",
    "compare": "比较历史版本",
    "restore": "恢复历史版本",
    "conflict": "同时修改时的取舍",
    "working_copy": "修订稿与公开文本",
    "scheduled_copy": "已定时的修订稿与公开文本",
    "colours": "颜色的预览",
    "preview_scheduled": "预览已定时的修订稿",
    "publish_copy": "发布修订稿",
    "discard_copy": "放弃修订稿",
    "copy_verb": "修订稿的流程操作",
    "schedule": "日程",
    "add": "新增",
    "change": "查看与修改",
    "delete": "删除",
    "history": "历史",
    "export": "导出",
    "upload": "导入文件",
    "template": "下载空白工作簿",
    "columns": "查看各表的列",
    "mapping": "说明别处的表格如何读",
    "mapping_file": "下载对应方案",
    "answers": "回答导入前的问题",
    "preview": "预览",
    "draft_preview": "预览未公开的记录",
    "problems": "下载标出错误的表格",
    "confirm": "确认导入",
    "progress": "查看大文件的进度",
    "cancel": "取消大文件的预览或导入",
    "discard": "放弃待处理的文件",
    "undo": "撤销导入",
    "undo_progress": "查看撤销导入的进度",
    "undo_cancel": "取消撤销导入",
    "password_change": "设置密码",
    "invite": "邀请新用户",
    "comments": "批注",
    "assign": "分派审核",
    "open": "报告打开的表单",
    "publication": "发布前核对",
}
SITE = {
    "index": "首页",
    "login": "登录",
    "logout": "退出",
    "password_change": "修改自己的密码",
    "password_change_done": "密码已修改",
    "autocomplete": "自动补全",
    "jsi18n": "界面文字",
    "view_on_site": "在网站上查看",
    "app_list": "应用首页",
}
# Not visited with POST: change lists only use it for actions, which have rows of their own, and the others
# only read.
READ_ONLY = {
    "changelist",
    "history",
    "index",
    "login",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
}
# Values for URL parameters that cannot be derived from their names.
SAMPLES: dict[str, Callable[[], Any]] = {
    "content_type_id": lambda: ContentType.objects.get_for_model(apps.get_model("timeline", "Topic")).pk,
    "app_label": lambda: "timeline",
    "name": lambda: "publish",
    "step": lambda: "submit",
    "token": lambda: PreparedImport.objects.get().pk,
    "colours": lambda: "1d4f7c-84b8e6",
}
# Query parameters for URLs that refuse an empty query for other reasons than permissions.
QUERIES = {
    "autocomplete": {"app_label": "timeline", "model_name": "policy", "field_name": "topics"},
}
# The keywords of statements that change data. Savepoints do not.
WRITES = ("INSERT", "UPDATE", "DELETE")
STATUSES = {"": "", "draft": "（草稿）", "public": "（已公开）"}


@dataclass(frozen=True)
class Address:
    """A URL pattern of the admin, with its model, which is None for patterns of the admin site itself."""

    model: Any
    name: str
    parameters: tuple[str, ...]

    @property
    def short(self) -> str:
        if self.model is None:
            return self.name
        meta = self.model._meta
        return self.name.removeprefix(f"{meta.app_label}_{meta.model_name}_").removeprefix("auth_user_")

    @property
    def title(self) -> str:
        return (SITE if self.model is None else ADDRESSES).get(self.short, self.short)


def site_addresses() -> Iterator[Address]:
    models = {f"{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry}

    def walk(patterns: Any, model: Any) -> Iterator[Address]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, models.get(str(pattern.pattern), model))
            elif pattern.name:
                parameters = pattern.pattern.converters or pattern.pattern.regex.groupindex
                yield Address(model, pattern.name, tuple(parameters))
            else:
                # Only redirects from former URLs and the catch-all view for unknown ones have no name.
                view = getattr(pattern.callback, "view_class", None)
                assert view is RedirectView or "catch_all" in pattern.callback.__name__, (
                    f"Give {pattern.pattern} a name"
                )

    yield from walk(admin.site.get_urls(), None)


class AdminWalk:
    """A record of each model, a user of each role, and the responses that they get."""

    def __init__(self) -> None:
        keeper = make.make_user()
        self.deleted: dict[Any, Any] = {}
        for model, maker in make.RECORD_MAKERS.items():
            gone = maker(title="已删除", published=False)
            self.deleted[model] = Revision(pk=gone.pk)
            delete_draft(gone, by=keeper)
        self.world = make_world()
        # There is only one chronicle.
        makers = {model: maker for model, maker in make.RECORD_MAKERS.items() if model is not Chronicle}
        self.drafts = {model: maker(title="草稿", published=False) for model, maker in makers.items()}
        self.public = {model: maker(published=True) for model, maker in makers.items()}
        self.public[Chronicle] = Chronicle.objects.current()
        for draft in self.drafts.values():
            record_revision(draft, by=keeper)
        for public in self.public.values():
            row = record_revision(public, by=keeper, action=Action.RESTORED).content
            save_working_copy(public, row | {"title_en": "Revised"}, by=keeper)
        set_up_groups()
        self.people: dict[str, Any] = {ANONYMOUS: AnonymousUser()}
        self.cookies: dict[str, Any] = {ANONYMOUS: {}}
        for role in ROLES[1:]:
            user = make.make_user(is_staff=True, password="right")
            if role != WITHOUT_RIGHTS:
                user.groups.add(Group.objects.get(name=role))
            client = Client()
            client.force_login(user)
            self.people[role] = user
            self.cookies[role] = client.cookies
        # Created by the administrator: nobody can open the upload of another user.
        PreparedImport.objects.create(
            created_by=self.people[ADMINISTRATORS],
            name="a.csv",
            content=b"",
            options={"publish": False, "encoding": None},
            outcome={
                "row_count": 0,
                "totals": {"publishes": 0, "changes_public": 0},
                "counts": {},
                "problems": [],
                "problem_count": 0,
                "notices": [],
                "notice_count": 0,
                "questions": {"open": 0, "proposed": 0, "answered": 0},
                "created": [],
                "encodings": {},
                "published_of": {},
                "fingerprint": "",
            },
        )
        ImportBatch.objects.create(created_by=keeper)

    def records(self, address: Address) -> dict[str, Any]:
        """Return the records to visit the URL with, by status: a draft and a public one."""
        if address.model is None or not address.parameters:
            return {"": None}
        if address.short == "recover":
            return {"": self.deleted[address.model]}
        if address.model in self.public:
            by_status = {"draft": self.drafts, "public": self.public}
            return {
                status: some[address.model] for status, some in by_status.items() if address.model in some
            }
        if address.model is Entry:
            first = next(iter(make.ENTRY_MAKERS))
            entries = {"draft": self.drafts[first], "public": self.public[first]}
            return {status: Entry.objects.get(pk=entry.pk) for status, entry in entries.items()}
        return {"": address.model._base_manager.order_by("pk").first()}

    def visit_own(self, role: str, address: Address, status: str) -> dict[str, str]:
        """Return the result with a draft that the user began, deleted where such are recovered. Nothing of it stays."""
        is_of_deleted = address.short == "recover"
        if role in (ANONYMOUS, WITHOUT_RIGHTS) or address.model not in self.drafts:
            return {}
        if status != "draft" and not is_of_deleted:
            return {}
        user = self.people[role]
        with transaction.atomic():
            record = make.RECORD_MAKERS[address.model](title="自己的草稿", published=False)
            record_revision(record, by=user)
            found: Any = record
            if is_of_deleted:
                found = Revision(pk=record.pk)
                delete_draft(record, by=user)
            answers = self.visit(role, address, found)
            transaction.set_rollback(True)
        return answers

    def value(self, parameter: str, record: Any) -> Any:
        if parameter in SAMPLES:
            return SAMPLES[parameter]()
        if parameter in ("object_id", "pk", "id"):
            return record.pk if record is not None else self.world.topic.pk
        for model in apps.get_models():
            if parameter.removesuffix("_id").removesuffix("_pk") == model._meta.model_name:
                first = model._base_manager.order_by("pk").first()
                return first.pk if first else 1
        return 1

    def location(self, address: Address, record: Any) -> str:
        arguments = {name: self.value(name, record) for name in address.parameters}
        try:
            return reverse(f"admin:{address.name}", kwargs=arguments)
        except NoReverseMatch:
            return reverse(f"admin:{address.name}", args=[*arguments.values()])

    def answer(self, role: str, method: str, location: str, query: dict[str, str]) -> Any:
        """Return the response to a request, whose changes are rolled back."""
        client = Client(raise_request_exception=False)
        client.cookies.update(self.cookies[role])
        # The query log has a maximum length, and `make documents` visits all URLs in one test.
        reset_queries()
        with transaction.atomic(), zeal_ignore(), CaptureQueriesContext(connection) as queries:
            response = getattr(client, method)(location, query)
            transaction.set_rollback(True)
        response.writes = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
        return response

    def visit(self, role: str, address: Address, record: Any) -> dict[str, str]:
        """Return the result for this role by method: 看 or 办 if it has access, else the reason."""
        location = self.location(address, record)
        methods = {"get": "看"} | ({} if address.short in READ_ONLY else {"post": "办"})
        answers = {}
        for method, word in methods.items():
            response = self.answer(role, method, location, QUERIES.get(address.short, {}))
            status, to = response.status_code, response.get("Location", "")
            assert status < 500, (role, method, location)
            assert method != "get" or response.writes == [], location
            # For anonymous users, the logout redirects to the index, and the index to the login.
            sent_away = to.startswith(reverse("admin:login")) or (
                role == ANONYMOUS and to == reverse("admin:index")
            )
            answers[method] = "login" if sent_away else str(status) if status in (403, 404, 405) else word
        return answers
