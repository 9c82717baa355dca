from .delivery import Batch, Delivery
from .digest_issue import DigestIssue
from .doubt import Doubt
from .news_item import NewsItem
from .provider_event import ProviderEvent
from .schedule import ZONES, DigestSchedule, ScheduledIssue
from .update import Audience, Update
from .variant import Variant

__all__ = [
    "ZONES",
    "Audience",
    "Batch",
    "Delivery",
    "DigestIssue",
    "DigestSchedule",
    "Doubt",
    "NewsItem",
    "ProviderEvent",
    "ScheduledIssue",
    "Update",
    "Variant",
]
