from django.contrib.sitemaps import views as sitemaps
from django.urls import path, re_path

from . import views
from .sitemap import SITEMAPS

OF_A_SITEMAP = {"sitemaps": SITEMAPS}

urlpatterns = [
    path("search/", views.search, name="search"),
    path("principles/<slug:slug>/", views.principle, name="principle"),
    path("open-data/", views.open_data_page, name="open-data"),
    path("open-data/new.atom", views.feed, name="feed"),
    path("open-data/<slug:name>.atom", views.feed, name="feed-of-a-kind"),
    re_path(r"^open-data/(?P<name>[\w-]+)\.(?P<form>json|csv)$", views.data, name="data"),
    path("sitemap.xml", sitemaps.index, OF_A_SITEMAP | {"sitemap_url_name": "sitemap"}, name="sitemaps"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, OF_A_SITEMAP, name="sitemap"),
]
