"""The models of the chronicle, and the constraints between them."""

from timeline.models.batches import ImportBatch, ImportedRecord
from timeline.models.chronicle import Chronicle
from timeline.models.entries import Entry, GoalState, Kind
from timeline.models.evidence import Citation, GoalAssessment, PhaseCitation, PolicyRelation, TopicCitation
from timeline.models.kinds import Goal, Milestone, PilotDesignation, Policy
from timeline.models.named import FormerAddress
from timeline.models.prepared import PreparedImport
from timeline.models.reference import Area, Organization, Phase, Source, Topic
from timeline.models.revisions import Action, Revision
from timeline.models.search_documents import SearchDocument
from timeline.models.sent_forms import SentForm

__all__ = [
    "Action",
    "Area",
    "Chronicle",
    "Citation",
    "Entry",
    "FormerAddress",
    "Goal",
    "GoalState",
    "GoalAssessment",
    "ImportBatch",
    "ImportedRecord",
    "Kind",
    "Milestone",
    "Organization",
    "Phase",
    "PhaseCitation",
    "PilotDesignation",
    "Policy",
    "PolicyRelation",
    "PreparedImport",
    "Revision",
    "SearchDocument",
    "SentForm",
    "Source",
    "Topic",
    "TopicCitation",
]
