"""Opens every page of a site with content, and checks that some page contains each of the given texts.

python -m tests.every_page LANGUAGES [TEXT...]

LANGUAGES are those of the public pages, with commas between them, or `all`. A copy of a database that was compared row by
row, or one whose pages another test opens in all, is walked in the first alone.
"""

import sys
from collections.abc import Sequence

import django
from django.test import Client
from django.urls import NoReverseMatch, reverse


def public_urls(languages: Sequence[str]) -> list[str]:
    """Return the URLs of pages without parameters and of all public records, in these languages."""
    from bench.site import LANGUAGES
    from timeline.models import REFERENCES, Entry
    from timeline.public.urls import pages

    urls = [reverse(f"timeline:{page.name}") for page in pages if not page.pattern.converters]
    urls += [entry.get_absolute_url() for entry in Entry.objects.published()]
    urls += [
        record.get_absolute_url() for model in REFERENCES for record in model._default_manager.published()
    ]
    return [LANGUAGES[language] + url for language in languages or LANGUAGES for url in urls]


def admin_urls() -> list[str]:
    """Return the URLs of every list, its add form, and the form and history of its first record."""
    from django.contrib import admin

    urls = [reverse("admin:index")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls.append(reverse(f"{name}_changelist"))
        try:
            urls.append(reverse(f"{name}_add"))
        except NoReverseMatch:
            continue
        record = model._default_manager.first()
        if record is not None:
            urls += [
                reverse(f"{name}_change", args=[record.pk]),
                reverse(f"{name}_history", args=[record.pk]),
            ]
    return urls


def main(languages: Sequence[str], texts: set[str]) -> None:
    """Open the pages, the public ones in these languages, by default in each."""
    django.setup()
    from django.contrib.auth import get_user_model

    visitor, editor = Client(), Client()
    editor.force_login(get_user_model().objects.create_superuser("every-page", password="every-page"))
    opened = 0
    for client, urls in ((visitor, public_urls(languages)), (editor, admin_urls())):
        for url in urls:
            response = client.get(url, follow=True)
            # An admin may have no form for new records.
            assert response.status_code == 200 or client is editor and response.status_code in (403, 404), url
            opened += 1
            if texts and not response.streaming:
                page = response.getvalue().decode(errors="replace")
                texts -= {text for text in texts if text in page}
    assert not texts, f"on no page: {texts}"
    print(opened)


if __name__ == "__main__":
    main([] if sys.argv[1] == "all" else sys.argv[1].split(","), {*sys.argv[2:]})
