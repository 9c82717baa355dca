from .digest_issue import DigestIssueAdmin
from .update import UpdateAdmin

__all__ = ["DigestIssueAdmin", "UpdateAdmin"]
