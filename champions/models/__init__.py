from .accord_text import AccordText
from .agency import Agency, AgencyName
from .champion import Champion
from .champion_page import ChampionPage, ChampionPicture, PageFields
from .code_list import CodeListEntry
from .initiative import Initiative
from .milestone import Milestone
from .office_holder import OfficeHolder
from .page_proposal import PageProposal
from .partner import Partner
from .partnership import REVIEW_LADDER, Partnership
from .partnership_document import PartnershipDocument
from .partnership_risk import PartnershipRisk
from .partnership_step import PartnershipStep
from .party import Party
from .practice_story import PracticeStory
from .principle import Expectation, Principle
from .progress_report import STALE_AFTER, InitiativeSide, ProgressReport, Reading
from .reference import Reference
from .relay import Relay
from .reuse import Reuse
from .review_reminder import ReviewReminder
from .timeline import TimelineEvent
from .work_item import WorkItem

__all__ = [
    "REVIEW_LADDER",
    "STALE_AFTER",
    "AccordText",
    "Agency",
    "AgencyName",
    "Champion",
    "ChampionPage",
    "ChampionPicture",
    "CodeListEntry",
    "Expectation",
    "Initiative",
    "InitiativeSide",
    "Milestone",
    "OfficeHolder",
    "PageFields",
    "PageProposal",
    "Partner",
    "Partnership",
    "PartnershipDocument",
    "PartnershipRisk",
    "PartnershipStep",
    "Party",
    "PracticeStory",
    "Principle",
    "ProgressReport",
    "Reading",
    "Reference",
    "Relay",
    "Reuse",
    "ReviewReminder",
    "TimelineEvent",
    "WorkItem",
]
