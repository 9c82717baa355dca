from django.urls import path

from champions.views import (
    accord,
    own_page,
    partnership,
    progress,
    publication,
    register,
    relay,
    reuse,
    story,
)

urlpatterns = [
    path("about/accord/<slug:language>/", accord.accord_text, name="accord-text"),
    path("about/accord/<slug:language>/file/", accord.accord_file, name="accord-file"),
    path("about/papers/<int:pk>/file/", accord.reference_file, name="reference-file"),
    path("agencies/<slug:slug>/", register.agency_detail, name="agency"),
    path("champions/", register.champion_list, name="champions"),
    path("champions/<slug:slug>/", register.champion_detail, name="champion"),
    path("champions/<slug:slug>/picture/", own_page.champion_picture, name="champion-picture"),
    path("champions/<slug:slug>/picture/<slug:size>/", own_page.champion_picture, name="champion-picture"),
    path("initiatives/", register.initiative_list, name="initiatives"),
    path("initiatives/<slug:slug>/", register.initiative_detail, name="initiative"),
    path("partnerships/", register.partnership_list, name="partnerships"),
    path("partnerships/<slug:slug>/", partnership.partnership_detail, name="partnership"),
    path(
        "partnerships/<slug:slug>/documents/<int:pk>/",
        partnership.partnership_document,
        name="partnership-document",
    ),
    path("good-practice/", register.practice_story_list, name="good-practice"),
    path("good-practice/<slug:slug>/", story.practice_story_detail, name="practice-story"),
    path("good-practice/<slug:slug>/ask/", relay.ask, name="ask-about-story"),
    path("ask/<str:token>/", relay.confirm_relay, name="confirm-relay"),
    path("good-practice/<slug:slug>/used/", reuse.tell_reuse, name="tell-reuse"),
    path("offer-story/<str:token>/", story.offer_story, name="offer-story"),
    path("own-page/<str:token>/", own_page.own_page, name="own-page"),
    path("own-page/<str:token>/picture/", own_page.own_picture, name="own-page-picture"),
    path("progress/<str:token>/", progress.progress_page, name="progress"),
    path("progress/<str:token>/<slug:choice>/", progress.progress_page, name="progress-choice"),
    path("publication/<str:token>/", publication.publication, name="publication"),
]
