from .call import CallAdmin
from .contact import ContactAdmin
from .expression_of_interest import ExpressionOfInterestAdmin

__all__ = ["CallAdmin", "ContactAdmin", "ExpressionOfInterestAdmin"]
