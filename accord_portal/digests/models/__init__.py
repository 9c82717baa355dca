from .delivery import Batch, Delivery
from .digest_issue import DigestIssue
from .news_item import NewsItem
from .provider_event import ProviderEvent
from .update import Audience, Update
from .variant import Variant

__all__ = [
    "Audience",
    "Batch",
    "Delivery",
    "DigestIssue",
    "NewsItem",
    "ProviderEvent",
    "Update",
    "Variant",
]
