"""The record: what is kept, and what holds between its parts."""

from timeline.models.chronicle import Chronicle
from timeline.models.entries import Entry, Goal, Kind, Milestone, PilotDesignation, Policy
from timeline.models.evidence import Citation, GoalAssessment, PhaseCitation, PolicyRelation, TopicCitation
from timeline.models.reference import Area, Organization, Phase, Source, Topic

__all__ = [
    "Area",
    "Chronicle",
    "Citation",
    "Entry",
    "Goal",
    "GoalAssessment",
    "Kind",
    "Milestone",
    "Organization",
    "Phase",
    "PhaseCitation",
    "PilotDesignation",
    "Policy",
    "PolicyRelation",
    "Source",
    "Topic",
    "TopicCitation",
]
