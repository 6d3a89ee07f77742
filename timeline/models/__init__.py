"""The models of the chronicle, and the constraints between them."""

from timeline.models.batches import ImportBatch, ImportedRecord
from timeline.models.chronicle import Chronicle
from timeline.models.entries import Entry, GoalState
from timeline.models.evidence import (
    CITATIONS,
    Citation,
    GoalAssessment,
    PhaseCitation,
    PolicyRelation,
    TopicCitation,
)
from timeline.models.goals import Goal
from timeline.models.kinds import Kind
from timeline.models.milestones import Milestone
from timeline.models.named import FormerAddress
from timeline.models.pilot_designations import PilotDesignation
from timeline.models.policies import Policy
from timeline.models.prepared import PreparedImport
from timeline.models.reference import REFERENCES, Area, Organization, Phase, Source, Topic
from timeline.models.revisions import Action, Revision
from timeline.models.search_documents import SearchDocument
from timeline.models.sent_forms import SentForm
