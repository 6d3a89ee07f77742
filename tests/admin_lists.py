"""Reads the rows of the admin's change lists."""

import re

from django.urls import reverse


def rows(client, noun, **query) -> list[str]:
    """Return the rows of a change list as text."""
    page = client.get(reverse(f"admin:timeline_{noun}_changelist"), query).content.decode()
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    found = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL) if body else []
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]
