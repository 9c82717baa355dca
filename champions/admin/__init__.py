from champions.admin.accord import (
    AccordTextAdmin,
    CodeListEntryAdmin,
    PrincipleAdmin,
    ReferenceAdmin,
    TimelineEventAdmin,
)
from champions.admin.agency import AgencyAdmin
from champions.admin.champion import ChampionAdmin
from champions.admin.initiative import InitiativeAdmin
from champions.admin.page_proposal import PageProposalAdmin
from champions.admin.partnership import PartnershipAdmin
from champions.admin.practice_story import PracticeStoryAdmin

__all__ = [
    "AccordTextAdmin",
    "AgencyAdmin",
    "ChampionAdmin",
    "CodeListEntryAdmin",
    "InitiativeAdmin",
    "PageProposalAdmin",
    "PartnershipAdmin",
    "PracticeStoryAdmin",
    "PrincipleAdmin",
    "ReferenceAdmin",
    "TimelineEventAdmin",
]
