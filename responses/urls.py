from django.urls import path

from .views import (
    addresses,
    answers,
    enquiries,
    express_interest,
    holdings,
    letters,
    links,
    preferences,
    promises,
    recommend,
    referrals,
)

THE_ONE_LINK = "preferences/<str:token>/"

urlpatterns = [
    path("express-interest/", express_interest.express_interest, name="express-interest"),
    path("express-interest/received/", express_interest.received, name="received"),
    path("contact/", letters.write, name="contact"),
    path("contact/received/", letters.received, name="letter-received"),
    path("confirm/<str:token>/", links.confirm, name="confirm"),
    path("undo/<str:token>/", links.undo, name="undo"),
    path("unsubscribe/<str:token>/", links.unsubscribe, name="unsubscribe"),
    path("preferences/", preferences.ask_for_link, name="preferences-link"),
    path(THE_ONE_LINK, preferences.preferences, name="preferences"),
    path(f"{THE_ONE_LINK}stop/", preferences.stop, name="preferences-stop"),
    path(f"{THE_ONE_LINK}details/", holdings.details, name="preferences-details"),
    path(f"{THE_ONE_LINK}details/correct/", preferences.correct, name="preferences-correct"),
    path(f"{THE_ONE_LINK}address/", preferences.new_address, name="preferences-address"),
    path(f"{THE_ONE_LINK}answers/", answers.answers, name="preferences-answers"),
    path(f"{THE_ONE_LINK}answers/<str:reference>/", answers.answer, name="preferences-answer"),
    path(f"{THE_ONE_LINK}answers/<str:reference>/change/", answers.change, name="preferences-change"),
    path(f"{THE_ONE_LINK}promises/", promises.promises, name="preferences-promises"),
    path(f"{THE_ONE_LINK}messages/", holdings.messages, name="preferences-messages"),
    path(f"{THE_ONE_LINK}public/", holdings.public, name="preferences-public"),
    path(f"{THE_ONE_LINK}download/", holdings.download, name="preferences-download"),
    path(f"{THE_ONE_LINK}erasure/", preferences.erasure, name="preferences-erasure"),
    path("address/<str:token>/", addresses.address, name="address"),
    path("recommend/<str:token>/", recommend.recommend, name="recommend"),
    path("question/<str:token>/", enquiries.question, name="question"),
    path("referral/<str:token>/", referrals.referral, name="referral"),
    path("invitation/<str:token>/", recommend.invitation, name="invitation"),
]
