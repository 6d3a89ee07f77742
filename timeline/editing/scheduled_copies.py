"""Scheduled working copies become the text of their records once their time has come."""

import logging

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from timeline.editing.answers import Answer, Conflict, Refused, in_transaction
from timeline.editing.copy_transitions import record_state
from timeline.editing.working_copies import apply_working_copy, conflict_with_public_text
from timeline.models import Action, Revision
from timeline.models.lock_waiting import without_waiting
from timeline.models.records import Record
from timeline.workflow import Status

# The most copies that one call publishes: a page waits for it.
MAX_COPIES = 20
# Milliseconds for which PostgreSQL waits for a row that somebody else is changing.
LOCK_TIMEOUT = 100

logger = logging.getLogger(__name__)


def publish_due_copies() -> None:
    """Publish the working copies whose time has come, the earliest first, each in a transaction of its own.

    Any number of processes may do so at the same time: each copy is published once. Nobody waits for others who write:
    what they prevent is done by the next call. A copy that cannot be published any more goes back to the reviewers, and
    says why.
    """
    due = Revision.objects.due().values_list("pk", flat=True)[:MAX_COPIES]
    with translation.override(settings.LANGUAGE_CODE):
        for key in [*due]:
            try:
                with without_waiting():
                    _publish_or_return(key)
            except OperationalError as error:
                logger.info("Scheduled working copies wait for another transaction: %s", error)
                # PostgreSQL locks rows: those of other records may be free.
                if connection.vendor == "sqlite":
                    return


@transaction.atomic
def _publish_or_return(key: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT}")
    scheduled = Revision.objects.defer("content").get(pk=key)
    scheduled.model.lock(scheduled.record)
    # Read after locking: another process may have published it, or a reviewer moved its time.
    copy = Revision.objects.due().filter(pk=key).select_related("created_by").first()
    if copy is None:
        return
    record = scheduled.model._default_manager.get(pk=scheduled.record)
    try:
        answer = _publish(record, copy)
    except OperationalError:
        raise
    except Exception:
        # It would fail again with every page that is requested.
        logger.exception("The scheduled working copy of %s %s cannot be published.", copy.table, copy.record)
        answer = Refused({"": [_("An error of the software prevented it.")]})
    if isinstance(answer, Conflict):
        answer = Refused({"": [_("The record itself was changed since this working copy was begun.")]})
    if isinstance(answer, Refused):
        comment = " ".join(answer.reasons)
        record_state(
            copy, by=copy.created_by, action=Action.NOT_APPLIED, comment=comment, status=Status.REVIEW
        )


@in_transaction
def _publish(record: Record, copy: Revision) -> Answer:
    conflict = conflict_with_public_text(record, copy)
    return conflict or apply_working_copy(record, copy, by=copy.created_by, comment="", is_read=True)
