import datetime as dt
import pytest, time_machine
from django.test import Client
from django.utils import timezone
from accord_portal.digests import compose, content
from accord_portal.digests.models import Update
from champions import enrolment
from champions.models import Champion
from responses import triage, consents
from tests.factories import *
from tests.html import read
from tests.staff.test_act_admin import *
from responses.emails import publication_url

pytestmark = pytest.mark.django_db

def test_b1_withdraw_refusal_shown(client, mere):
    champion = ChampionFactory(published=True)
    url = act_url(CHAMPIONS, champion.pk, "withdraw")
    old = filled_in(read(client.get(page_of(CHAMPIONS, champion.pk))), url)
    enrolment.withdraw(champion=champion)
    r = client.post(url, old)
    assert refusals(read(r)) != set()

def test_b2_stranger_unpublishes(client):
    call = CallFactory()
    contact = received("champion_accord", initiatives="a hall").contact   # never confirmed
    mere = UserFactory()
    champion = enrolment.enrol(contact=contact, by=mere, kind="individual", name="Aroha")
    url = publication_url(champion.pk, contact).removeprefix("http://testserver")
    client.post(url, {"name": "on", "shown": Champion.objects.get().fingerprint})
    enrolment.publish(champion=champion, by=mere)
    assert client.get(champion.get_absolute_url()).status_code == 200
    Client().post("/express-interest/", form_data(name="Mallory", email=contact.email))
    assert client.get(champion.get_absolute_url()).status_code == 200

def test_b2b_spam_unpublishes(client):
    CallFactory()
    contact = received("champion_accord", initiatives="a hall").contact
    mere = UserFactory()
    champion = enrolment.enrol(contact=contact, by=mere, kind="individual", name="Aroha")
    url = publication_url(champion.pk, contact).removeprefix("http://testserver")
    client.post(url, {"name": "on", "shown": Champion.objects.get().fingerprint})
    enrolment.publish(champion=champion, by=mere)
    spam = received("champion_accord", initiatives="buy", comments="spam")
    triage.mark_as_spam(eoi=spam, seen=1, by=mere)
    assert client.get(champion.get_absolute_url()).status_code == 200

def test_b3_never_told(mere):
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        one, other = UpdateFactory(), UpdateFactory()
        compose.publish_update(update=one, by=mere)
        compose.publish_update(update=other, by=mere)
        clock.shift(60)
        compose.withdraw_update(update=one)
        clock.shift(60)
        issue = compose.compose_issue(audience="keep_informed", by=mere)
        compose.approve(issue=issue, by=mere)
        clock.shift(60)
        compose.publish_update(update=one, by=mere)
        clock.shift(60)
        assert one in content.since_last_issue("keep_informed", timezone.now()).updates

def test_b4_429_button(client, settings):
    CallFactory()
    settings.FORM_POSTS_PER_HOUR = 1; settings.FORM_MIN_SECONDS = 2
    with time_machine.travel("2026-11-16T12:00:00+00:00", tick=False) as clock:
        started = read(client.get("/express-interest/")).one("input", name="started")["value"]
        clock.shift(60)
        client.post("/express-interest/", form_data(started=started))
        page = read(client.post("/express-interest/", form_data(started=started, comments="x")))
        form = page.one("main").one("form", method="post")
        again = {b["name"]: b["value"] for b in form.all("input")}
        clock.shift(3600)
        assert client.post("/express-interest/", again).status_code == 303

def test_b5_fingerprint_enum():
    c = ChampionFactory()
    assert c.fingerprint == Champion.objects.get().fingerprint

def test_b6_refusal_once(client, mere):
    record = stopped()
    url = act_url(ISSUES, record.pk, "resume")
    DigestIssue.objects.update(text="Other")
    page = read(client.post(url, {"shown": "old"}))
    assert len([a for a in page.all(class_="refused") if "This was changed" in a.text]) == 1

def test_b7_password(client):
    boss = UserFactory(is_superuser=True)
    sign_in(client, "view_user", "change_user")
    assert client.get(f"/staff/staff/user/{boss.pk}/password/").status_code == 403

def test_b8_fingerprint_ticks():
    c = ChampionFactory(ticked=True); c = Champion.objects.get()
    f = c.fingerprint
    enrolment.withdraw(champion=c)
    assert Champion.objects.get().fingerprint != f

def test_b9_two_champions_pref_page(client):
    contact = subscriber()
    a, b = ChampionFactory(contact=contact), ChampionFactory(contact=contact)
    from responses.emails import preferences_url
    page = read(client.get(preferences_url(contact).removeprefix("http://testserver")))
    assert len([x for x in page.all("a") if "/publication/" in (x["href"] or "")]) == 2

def test_b10_admin_says_published(client, mere):
    contact = subscriber("champion_accord")
    champion = ChampionFactory(published=True, contact=contact)
    consents.withdraw(contact=contact, purpose="champion_accord", source="one_click")
    page = read(client.get(page_of(CHAMPIONS, champion.pk)))
    assert page.one("p", class_="state").one("strong").text != "Published"

def test_b11_publication_link_after_no(client):
    contact = subscriber("champion_accord")
    champion = ChampionFactory(published=True, contact=contact)
    consents.withdraw(contact=contact, purpose="champion_accord", source="one_click")
    # ticks again & staff publish: visible?
    url = publication_url(champion.pk, contact).removeprefix("http://testserver")
    r = client.post(url, {"name": "on", "shown": Champion.objects.get().fingerprint})
    enrolment.publish(champion=champion, by=UserFactory())
    assert client.get(champion.get_absolute_url()).status_code == 200
