"""Moments of public pages, and content versions that a test raises."""

import datetime
from zoneinfo import ZoneInfo

from django.db import OperationalError

from timeline.delivery.current_moment import CurrentMoment
from timeline.models.content_version import ContentVersion

NOON = datetime.datetime(2026, 3, 5, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
MIDNIGHT = NOON.replace(hour=0) + datetime.timedelta(days=1)


class Content:
    """A content version as a database would have it, the current time, and the moment that results."""

    def __init__(self):
        self.number, self.now, self.next_publication = 1, NOON, None
        self.is_away, self.readings = False, 0
        self.moment = CurrentMoment(self.read, lambda: self.now)

    def read(self):
        self.readings += 1
        if self.is_away:
            raise OperationalError("no such file")
        return self.version()

    def version(self):
        return ContentVersion(
            self.number, NOON - datetime.timedelta(days=1), True, None, self.next_publication
        )

    def change(self, **changed):
        """Change what the next reading finds, and let it be read anew."""
        for name, value in changed.items():
            setattr(self, name, value)
        self.moment.forget()
