"""Before a page is made: the scheduled working copies whose time has come are published."""

from timeline.editing.scheduled_copies import publish_due_copies
from timeline.models import content_version
from timeline.models.content_version import ContentVersion


def read_version() -> ContentVersion:
    """Read the version from the database, after what is due has been published."""
    version = content_version.read()
    if not version.has_due_copy:
        return version
    publish_due_copies()
    return content_version.read()


def current_version() -> ContentVersion:
    """Return the current version, after what is due has been published. It is at most a second old, or the pinned one."""
    version = content_version.current()
    if not version.has_due_copy or content_version.is_pinned():
        return version
    publish_due_copies()
    content_version.forget()
    return content_version.current()
