from .call import CallAdmin
from .contact import ContactAdmin
from .contact_import import ContactImportAdmin
from .duplicate import DuplicateAdmin
from .erasure import ErasureAdmin
from .expression_of_interest import ExpressionOfInterestAdmin
from .follow_up import FollowUpAdmin
from .letter import LetterAdmin
from .recommendation import RecommendationAdmin
from .reply_template import ReplyTemplateAdmin
from .undertaking import UndertakingAdmin
from .wording import ConsentWordingAdmin

__all__ = [
    "CallAdmin",
    "ConsentWordingAdmin",
    "ContactAdmin",
    "ContactImportAdmin",
    "DuplicateAdmin",
    "ErasureAdmin",
    "ExpressionOfInterestAdmin",
    "FollowUpAdmin",
    "LetterAdmin",
    "RecommendationAdmin",
    "ReplyTemplateAdmin",
    "UndertakingAdmin",
]
