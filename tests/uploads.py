"""Helpers that upload a file in the admin and confirm the import after the preview."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.forms import fields_of

TABLE = "汇总表,,\n文件名称,文号,发文日期\n关于甲的通知,甬政发〔2016〕1号,2016.1\n关于乙的决定,—,2017\n"


def address(tag, *args):
    return reverse(f"admin:timeline_importbatch_{tag}", args=args)


def upload(editor_client, name, text, **asked):
    content = text if isinstance(text, bytes) else text.encode()
    form = {"file": SimpleUploadedFile(name, content), "empty": "keep", "encoding": "", "note": ""} | asked
    return editor_client.post(address("upload"), form, follow=True)


def confirm(editor_client, page, **changed):
    action = re.search(r'action="([^"]+/confirm/)"', page.content.decode())[1]
    return editor_client.post(action, fields_of(page.content.decode()) | changed, follow=True)


def uploaded(client, text=TABLE, name="政策.csv"):
    """Upload a table, and return its page and the address of that."""
    page = upload(client, name, text)
    assert page.redirect_chain[-1][0].endswith("/mapping/")
    return page.content.decode(), page.redirect_chain[-1][0]


def submitted(client, text, url, **changed):
    form = fields_of(text) | {
        "reads_placeholders": "on",
        "reads_dittos": "on",
        "fills_merged": "on",
        "cites": "",
    }
    return client.post(
        url, form | {name.replace("__", "-"): value for name, value in changed.items()}, follow=True
    )
