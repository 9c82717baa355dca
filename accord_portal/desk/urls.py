from django.urls import path

from . import own_pages, pages

urlpatterns = [
    path("", pages.desk, name="desk"),
    path("desk/next/", pages.next_one, name="desk-next"),
    path("desk/claim-next/", pages.claim_next, name="desk-claim-next"),
    path("desk/views/", own_pages.views, name="desk-views"),
    path("desk/views/<int:pk>/", own_pages.view, name="desk-view"),
    path("desk/mail/", own_pages.staff_mail, name="staff-mail"),
    path("desk/<slug:act>/", pages.act, name="desk-act"),
]
