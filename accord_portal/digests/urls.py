from django.urls import path

from . import views

urlpatterns = [
    path("updates/", views.update_list, name="updates"),
    path("updates/<slug:slug>/", views.update_detail, name="update"),
]
