from django.urls import path

from . import views

urlpatterns = [
    path("express-interest/", views.express_interest, name="express-interest"),
    path("express-interest/received/", views.received, name="received"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("preferences/<str:token>/", views.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
