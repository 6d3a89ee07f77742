"""Previews, imports and undoings of large files, which wait their turn and run beside the requests."""

import datetime
import uuid
from typing import Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.batches import ImportBatch
from timeline.models.prepared import PreparedImport

# After so long without a sign of life, a running job has lost its process.
STALE_AFTER = datetime.timedelta(seconds=30)
# A job that has lost its process so often is not begun again: it may be the reason.
MAX_ATTEMPTS = 2


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def get_by_natural_key(self, token: str) -> "ImportJob":
        return self.get(token=token)

    def active(self) -> Self:
        """Filter the jobs that wait or run, in the order in which they are carried out."""
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).order_by("queued_at", "pk")


class JobStep(models.TextChoices):
    PREVIEW = "preview", _("preview")
    IMPORT = "import", _("import")
    UNDO = "undo", _("undoing")


class JobStage(models.TextChoices):
    """What a running job does besides the rows one by one, as its page says it."""

    COMPARING = "comparing", _("What was imported is being compared with what is there now.")
    TOGETHER = "together", _("All rows are read; what concerns them together is being checked.")
    PUBLISHING = "publishing", _("All rows are written; the records are being published.")
    HISTORY = "history", _("All rows are written; the history of the records is being written.")
    STORING = "storing", _("All rows are checked; the preview is being stored.")


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class ImportJob(models.Model):
    """The preview of an upload or its import, whichever was last asked for; or the undoing of an import. At most one runs at a time.

    Each change of the state is an update on the condition of the former one and of the attempt, so that of several processes
    only one succeeds.
    """

    # That of the upload, if there is one.
    token = models.UUIDField(_("token"), primary_key=True, default=uuid.uuid4)
    prepared = models.OneToOneField(
        PreparedImport,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="job",
        verbose_name=_("file"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="+"
    )
    step = models.CharField(_("step"), max_length=10, choices=JobStep.choices, default=JobStep.PREVIEW)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    queued_at = models.DateTimeField(_("queued at"), default=timezone.now)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # On SQLite, these four are in a file while the job runs (see `exchange/jobs/progress.py`).
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    # Empty while it takes row after row.
    stage = models.CharField(_("stage"), max_length=10, choices=JobStage.choices, blank=True)
    is_cancelled = models.BooleanField(_("to be cancelled"), default=False)
    rows_total = models.PositiveIntegerField(_("rows, about"), null=True, blank=True)
    # For the user, a line for each message: why it failed, or what undoing did.
    message = models.TextField(_("message"), blank=True)
    # Which an import has made, or which is undone.
    batch = models.ForeignKey(
        ImportBatch,
        verbose_name=_("import"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    is_seen = models.BooleanField(_("seen"), default=False)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import job")
        verbose_name_plural = _("import jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="timeline_importjob_running_once"
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=Q(step="undo"), name="timeline_importjob_undo_once"
            ),
            models.CheckConstraint(
                condition=Q(step="undo", prepared=None, batch__isnull=False)
                | Q(step__in=("preview", "import"), prepared__isnull=False),
                name="timeline_importjob_of_upload_or_undo",
            ),
        ]

    def __str__(self) -> str:
        return str(self.prepared or self.batch)

    def natural_key(self) -> tuple[str]:
        return (str(self.token),)

    @property
    def is_active(self) -> bool:
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def is_imported(self) -> bool:
        return self.step == JobStep.IMPORT and self.state == JobState.DONE

    def begin(self) -> bool:
        """Begin the job in this process. Returns False if it no longer waits, or another job is running."""
        now = timezone.now()
        try:
            with transaction.atomic():
                is_begun = self._change(
                    JobState.QUEUED,
                    state=JobState.RUNNING,
                    attempts=F("attempts") + 1,
                    started_at=now,
                    heartbeat_at=now,
                    rows_done=0,
                    stage="",
                )
        except IntegrityError:
            return False
        if is_begun:
            self.refresh_from_db()
        return is_begun

    def queue_again(self) -> bool:
        """Let the job that has lost its process wait again."""
        return self._change(JobState.RUNNING, state=JobState.QUEUED)

    def finish(self, state: JobState, message: str = "", batch: ImportBatch | None = None) -> bool:
        """End the job that this process has begun, with the import that it made. Returns False if it was taken from it."""
        values = {"batch": batch} if batch else {}
        return self._change(
            JobState.RUNNING, state=state, message=message, finished_at=timezone.now(), **values
        )

    def cancel_waiting(self) -> bool:
        """Cancel the job if it waits. Returns False if it does not, or no longer."""
        return self._change(JobState.QUEUED, state=JobState.CANCELLED, finished_at=timezone.now())

    def _change(self, former: JobState, **values: object) -> bool:
        rows = type(self).objects.filter(pk=self.pk, state=former, attempts=self.attempts)
        return rows.update(**values) == 1
