from .accord import (
    AccordTextAdmin,
    CodeListEntryAdmin,
    PrincipleAdmin,
    ReferenceAdmin,
    TimelineEventAdmin,
)
from .agency import AgencyAdmin
from .champion import ChampionAdmin
from .initiative import InitiativeAdmin
from .partnership import PartnershipAdmin
from .practice_story import PracticeStoryAdmin

__all__ = [
    "AccordTextAdmin",
    "AgencyAdmin",
    "ChampionAdmin",
    "CodeListEntryAdmin",
    "InitiativeAdmin",
    "PartnershipAdmin",
    "PracticeStoryAdmin",
    "PrincipleAdmin",
    "ReferenceAdmin",
    "TimelineEventAdmin",
]
