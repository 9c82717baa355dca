from .digest_issue import DigestIssueAdmin
from .provider_event import ProviderEventAdmin
from .update import UpdateAdmin

__all__ = ["DigestIssueAdmin", "ProviderEventAdmin", "UpdateAdmin"]
