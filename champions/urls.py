from django.urls import path

from . import accord_views, partnership_views, progress_views, story_views, views

urlpatterns = [
    path("about/accord/<slug:language>/", accord_views.accord_text, name="accord-text"),
    path("about/accord/<slug:language>/file/", accord_views.accord_file, name="accord-file"),
    path("about/papers/<int:pk>/file/", accord_views.reference_file, name="reference-file"),
    path("agencies/<slug:slug>/", views.agency_detail, name="agency"),
    path("champions/", views.champion_list, name="champions"),
    path("champions/<slug:slug>/", views.champion_detail, name="champion"),
    path("initiatives/", views.initiative_list, name="initiatives"),
    path("initiatives/<slug:slug>/", views.initiative_detail, name="initiative"),
    path("partnerships/", views.partnership_list, name="partnerships"),
    path("partnerships/<slug:slug>/", partnership_views.partnership_detail, name="partnership"),
    path(
        "partnerships/<slug:slug>/documents/<int:pk>/",
        partnership_views.partnership_document,
        name="partnership-document",
    ),
    path("good-practice/", views.practice_story_list, name="good-practice"),
    path("good-practice/<slug:slug>/", story_views.practice_story_detail, name="practice-story"),
    path("offer-story/<str:token>/", story_views.offer_story, name="offer-story"),
    path("progress/<str:token>/", progress_views.progress_page, name="progress"),
    path("progress/<str:token>/<slug:choice>/", progress_views.progress_page, name="progress-choice"),
    path("publication/<str:token>/", views.publication, name="publication"),
]
