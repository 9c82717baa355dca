from .agency import Agency, AgencyName
from .champion import Champion
from .code_list import CodeListEntry
from .initiative import Initiative
from .milestone import Milestone
from .office_holder import OfficeHolder
from .partner import Partner
from .partnership import Partnership
from .practice_story import PracticeStory
from .principle import Expectation, Principle
from .progress_report import STALE_AFTER, InitiativeSide, ProgressReport, Reading
from .timeline import TimelineEvent

__all__ = [
    "STALE_AFTER",
    "Agency",
    "AgencyName",
    "Champion",
    "CodeListEntry",
    "Expectation",
    "Initiative",
    "InitiativeSide",
    "Milestone",
    "OfficeHolder",
    "Partner",
    "Partnership",
    "PracticeStory",
    "Principle",
    "ProgressReport",
    "Reading",
    "TimelineEvent",
]
