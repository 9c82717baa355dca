from .agency import Agency, AgencyName
from .champion import Champion
from .code_list import CodeListEntry
from .initiative import Initiative
from .partnership import Partnership
from .practice_story import PracticeStory
from .principle import Expectation, Principle
from .timeline import TimelineEvent

__all__ = [
    "Agency",
    "AgencyName",
    "Champion",
    "CodeListEntry",
    "Expectation",
    "Initiative",
    "Partnership",
    "PracticeStory",
    "Principle",
    "TimelineEvent",
]
