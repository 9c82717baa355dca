"""What staff asked of people, to test with."""

from factory import LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from responses.models import Enquiry
from tests.factories import OutgoingMailFactory, UserFactory, received


class EnquiryFactory(DjangoModelFactory):
    """Asked of whoever sent a form, whose message is on its way."""

    class Meta:
        model = Enquiry

    eoi = LazyFunction(received)
    text = "Which hall do you mean?"
    asked_by = SubFactory(UserFactory)
    mail = SubFactory(OutgoingMailFactory, message="ask_for_more")
