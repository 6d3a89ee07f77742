"""The models of the chronicle, and the constraints between them."""

from timeline.models.account_settings import AccountSettings, MailFrequency
from timeline.models.assessments import AssessmentCitation, GoalAssessment
from timeline.models.assignments import Assignment
from timeline.models.batches import ImportBatch
from timeline.models.chronicle import Chronicle
from timeline.models.comments import Comment, Mention
from timeline.models.entries import Entry
from timeline.models.entry_queryset import GoalState
from timeline.models.evidence import (
    CITATIONS,
    REFERENCE_CITATIONS,
    AreaCitation,
    Citation,
    OrganizationCitation,
    PhaseCitation,
    PolicyRelation,
    TopicCitation,
)
from timeline.models.goals import Goal
from timeline.models.import_jobs import ImportJob, JobStage, JobState, JobStep
from timeline.models.kinds import Kind
from timeline.models.milestones import Milestone
from timeline.models.named import FormerAddress
from timeline.models.open_forms import OpenForm
from timeline.models.pilot_designations import PilotDesignation
from timeline.models.policies import Policy
from timeline.models.prepared import ImportMapping, PreparedImport
from timeline.models.previewed_rows import PreviewedRow
from timeline.models.queued_mails import PasswordResetRequest, QueuedMail
from timeline.models.reference import (
    REFERENCES,
    Area,
    Organization,
    Phase,
    Source,
    SourceText,
    SourceType,
    Topic,
)
from timeline.models.revisions import Action, Revision
from timeline.models.search_documents import SearchDocument
from timeline.models.sent_forms import SentForm
