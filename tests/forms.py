"""The forms of a page, read and submitted as a browser does."""

import html
import re

from django.urls import reverse

from timeline.models import Entry


def fields_of(page: str) -> dict:
    """Return the values of the form fields on a page, by name. Those of a select are a list."""
    found: dict = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if name and not (kind and kind[1] in ("checkbox", "radio", "submit")):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea name="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        if chosen:
            found[name] = chosen
    return {
        name: value
        for name, value in found.items()
        if "__prefix__" not in name and name != "csrfmiddlewaretoken"
    }


def without_deletions(page: str) -> str:
    """Return the page without deleted text and without marks of insertions."""
    return re.sub(r"<del>.*?</del>|</?ins\s*>", "", page)


def texts_of(page: str) -> list[str]:
    """Return the paragraphs of a page without deleted text."""
    return [
        html.unescape(text).strip() for text in re.findall(r"<p>(.*?)</p>", without_deletions(page), re.S)
    ]


def address_of(tag: str, entry: Entry) -> str:
    return reverse(f"admin:timeline_{entry._meta.model_name}_{tag}", args=[entry.pk])


# The form of a milestone


def address(tag, *args):
    return reverse(f"admin:timeline_milestone_{tag}", args=args)


def opened(editor_client, entry):
    return fields_of(editor_client.get(address("change", entry.pk)).content.decode())


def save(editor_client, entry, form, **changed):
    return editor_client.post(address("change", entry.pk), form | changed)


def chosen(page):
    """Return the side that a conflict page preselects for each column, None if it preselects neither."""
    sides = re.findall(r'name="take-(\w+)" value="(\w+)" required( checked)?', page)
    return {name: None for name, _side, _mark in sides} | {name: side for name, side, mark in sides if mark}


def conflict(editor_client, entry, theirs, mine):
    """Two editors open the entry. The other editor saves first, then this one, whose response is returned."""
    form = opened(editor_client, entry)
    save(editor_client, entry, form, **theirs)
    return save(editor_client, entry, form, **mine)


# The form of a policy


def policy_form(**kw):
    empty = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    data = {f"citations-{name}": value for name, value in empty.items()}
    data |= {f"relations-{name}": value for name, value in empty.items()}
    return data | {"title": "关于试点的意见", "document_type": "opinions"} | kw


def confirmations(page: str, names: list[str]) -> list[str]:
    """Return the values of the boxes on a page that confirm the warnings of these names."""
    values = re.findall(r'type="checkbox" name="confirm" value="([^"]*)"', page)
    return [value for value in values if value.partition("~")[0] in names]
