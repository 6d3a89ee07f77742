"""Helpers that export records in the admin and read the downloaded file."""

import html
import re
from urllib.parse import unquote

from django.urls import reverse

from tests.files import read_all
from tests.forms import fields_of
from timeline.exchange.formats.registry import export_choices
from timeline.exchange.readers.sources import Upload

# The choices of the form by a short name: the format, or the extension if the format has several choices.
CHOICES = {
    format.name if len(format.choices) == 1 else choice.extension: choice
    for format, choice in export_choices()
}


def address(noun, tag="export"):
    return reverse(f"admin:timeline_{noun}_{tag}")


def submit(editor_client, page, format="yaml", **asked):
    """Submit the form of an export page."""
    text = page.content.decode()
    chosen = next(
        value
        for value, words in re.findall(r'<option value="(\d)"[^>]*>([^<]*)', text)
        if html.unescape(words) == str(CHOICES[format].label)
    )
    action = html.unescape(re.search(r'<form method="post" action="([^"]*/export/[^"]*)"', text)[1])
    return editor_client.post(action, fields_of(text) | {"format": chosen} | asked)


def button_of(text) -> str:
    """Return the URL of a list's export button."""
    return html.unescape(re.search(r'href="([^"]+)" class="export_link"', text)[1])


def file_of(response) -> Upload:
    """Return the downloaded file with its name."""
    assert response.streaming
    name = re.search(r"filename\*=UTF-8''(\S+)", response["Content-Disposition"])[1]
    return Upload(unquote(name), b"".join(response.streaming_content))


def choose(editor_client, noun, *records, query="", **more):
    """Run the export action of the list on these records."""
    asked = {"action": "export_selected", "index": "0", "_selected_action": [each.pk for each in records]}
    return editor_client.post(f"{address(noun, 'changelist')}{query}", asked | more)


def titles(file) -> list[str]:
    rows, problems = read_all(file)
    assert [str(problem) for problem in problems] == []
    return sorted(row.cells["title"] for row in rows if "title" in row.cells)
