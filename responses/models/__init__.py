from .activity import Activity
from .call import Call
from .consent import Consent, Involvement, Purpose
from .contact import Contact
from .expression_of_interest import ExpressionOfInterest

__all__ = ["Activity", "Call", "Consent", "Contact", "ExpressionOfInterest", "Involvement", "Purpose"]
