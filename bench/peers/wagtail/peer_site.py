"""Creates the site in the folder PEER_FOLDER: a page with the given entries as its child pages."""

import os
from typing import Any


def set_up(entries: list[dict[str, Any]]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "peer_settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from chronicle.models import EntryPage, TimelinePage, Topic
    from wagtail.models import Page, Site

    timeline = Page.get_first_root_node().add_child(instance=TimelinePage(title="时间线", slug="timeline"))
    Site.objects.update(root_page=timeline, hostname="testserver")
    for entry in entries:
        topics = [
            Topic.objects.get_or_create(slug=slug, defaults={"title": title})[0]
            for slug, title in entry.pop("topics")
        ]
        page = timeline.add_child(instance=EntryPage(**entry))
        page.topics.set(topics)
        page.save()
