"""Helpers that upload a file in the admin and confirm the import after the preview."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.forms import fields_of


def address(tag, *args):
    return reverse(f"admin:timeline_importbatch_{tag}", args=args)


def upload(editor_client, name, text, **asked):
    content = text if isinstance(text, bytes) else text.encode()
    form = {"file": SimpleUploadedFile(name, content), "empty": "keep", "encoding": "", "note": ""} | asked
    return editor_client.post(address("upload"), form, follow=True)


def confirm(editor_client, page, **changed):
    action = re.search(r'action="([^"]+/confirm/)"', page.content.decode())[1]
    return editor_client.post(action, fields_of(page.content.decode()) | changed, follow=True)
