from .activity import Activity
from .call import Call
from .consent import Consent, Involvement
from .contact import Contact
from .contact_import import ContactImport, ImportPart, ImportRow
from .decision import Decision
from .enquiry import Enquiry
from .erasure import Erasure
from .expression_of_interest import ExpressionOfInterest
from .follow_up import FollowUp
from .letter import Letter, LetterLine
from .merge import Duplicate, Merge
from .recommendation import Recommendation
from .referral import Referral, ReferralConsent
from .reply_template import ReplyTemplate
from .suppression import Suppression
from .undertaking import Undertaking
from .wording import ConsentWording, Language, Purpose

__all__ = [
    "Activity",
    "Call",
    "Consent",
    "ConsentWording",
    "Contact",
    "ContactImport",
    "Decision",
    "Duplicate",
    "Enquiry",
    "Erasure",
    "ExpressionOfInterest",
    "FollowUp",
    "ImportPart",
    "ImportRow",
    "Involvement",
    "Language",
    "Letter",
    "LetterLine",
    "Merge",
    "Purpose",
    "Recommendation",
    "Referral",
    "ReferralConsent",
    "ReplyTemplate",
    "Suppression",
    "Undertaking",
]
