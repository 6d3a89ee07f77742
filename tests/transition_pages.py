"""What a list asks on the page of a transition, and what that page shows."""

import re

from django.urls import reverse, reverse_lazy

from tests.forms import fields_of


def use(editor_client, transition, *entries, **words):
    """Perform a transition as an editor does: select entries in the list, fill in the form and submit it."""
    name = entries[0]._meta.model_name
    chosen = {"action": transition, "_selected_action": [entry.pk for entry in entries]}
    asked = editor_client.post(reverse(f"admin:timeline_{name}_changelist"), chosen, follow=True)
    if not asked.redirect_chain:
        return asked
    page = fields_of(asked.content.decode())
    return editor_client.post(asked.redirect_chain[-1][0], page | words, follow=True)


def words_of(page):
    """Return the messages on a page."""
    return re.findall(r'<li class="(?:success|warning|error)">(.*?)</li>', page.content.decode())


def section(entry, part):
    """The address of a section of the form of an entry."""
    return f"/admin/timeline/{entry._meta.model_name}/{entry.pk}/change/#{part}-group"


def left_out(page):
    """Return the reasons that the page gives of each record that it leaves out, as links by the address of its form."""
    text = re.search(
        r'<section class="checklist checklist--refused".*?</section>', page.content.decode(), re.S
    )
    items = re.findall(r'<li><span><a href="([^"]*)".*?<ul>(.*?)</ul>', text[0], re.S) if text else []
    return {url: re.findall(r'<a href="([^"]*)">(.*?)</a>', reasons) for url, reasons in items}


def form_url(entry):
    return f"/admin/timeline/{entry._meta.model_name}/{entry.pk}/change/"


def button_of(page):
    """Return the label of the button of the page, None without one."""
    found = re.search(r'<input type="submit" class="default" value="([^"]*)"', page.content.decode())
    return found and found[1]


LISTED = reverse_lazy("admin:timeline_milestone_changelist")


def asked(client, name, *entries, query=""):
    """The page after a bulk action was chosen in the list."""
    data = {"action": name, "_selected_action": [entry.pk for entry in entries]}
    return client.post(f"{LISTED}{query}", data, follow=True)
