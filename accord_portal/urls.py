"""Where everything stands."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("responses.urls")),
    path("about/", views.about, name="about"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.still("accessibility"), name="accessibility"),
    path("copyright/", views.still("copyright"), name="copyright"),
    path("robots.txt", views.robots_txt, name="robots-txt"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("", include("accord_portal.public.urls")),
    path("", include("champions.urls")),
    path("", include("accord_portal.digests.urls")),
    path("staff/", include("accord_portal.desk.urls")),
    path("staff/", admin.site.urls),
]

handler400 = "accord_portal.views.bad_request"
handler403 = "accord_portal.views.forbidden"
handler404 = "accord_portal.views.not_found"
handler500 = "accord_portal.views.server_error"
