from .digest_issue import DigestIssueAdmin
from .digest_schedule import DigestScheduleAdmin
from .provider_event import ProviderEventAdmin
from .update import UpdateAdmin

__all__ = ["DigestIssueAdmin", "DigestScheduleAdmin", "ProviderEventAdmin", "UpdateAdmin"]
