"""What staff asked of people, to test with."""

import datetime as dt

from factory import LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from responses.models import Enquiry, Referral
from tests.factories import OutgoingMailFactory, UserFactory, received


class EnquiryFactory(DjangoModelFactory):
    """Asked of whoever sent a form, whose message is on its way."""

    class Meta:
        model = Enquiry

    eoi = LazyFunction(received)
    text = "Which hall do you mean?"
    asked_by = SubFactory(UserFactory)
    mail = SubFactory(OutgoingMailFactory, message="ask_for_more")


class ReferralFactory(DjangoModelFactory):
    """Whoever sent a form is asked whether this may go to an agency; the message is on its way."""

    class Meta:
        model = Referral

    eoi = LazyFunction(received)
    agency = "Sport New Zealand"
    address = "kiaora@sport.example.org"
    text = "Aroha would like to open the hall."
    asked_by = SubFactory(UserFactory)
    question = SubFactory(OutgoingMailFactory, message="may_we_pass_it_on")
    expires_on = dt.date(2026, 12, 14)
