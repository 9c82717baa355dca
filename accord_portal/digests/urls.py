from django.urls import path

from accord_portal.digests import views, webhooks

urlpatterns = [
    path("anymail/<slug:provider>/tracking/", webhooks.tracking, name="provider-tracking"),
    path("updates/", views.update_list, name="updates"),
    path("updates/digests/<int:pk>/", views.digest, name="digest"),
    path("updates/<slug:slug>/", views.update_detail, name="update"),
]
