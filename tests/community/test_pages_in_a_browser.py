"""Pages of segments, customers and the community in a real browser: axe-core finds nothing, and nothing scrolls sideways."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.models import Group
from livingroom.community.groups.operations import save_group
from livingroom.community.models import Question, Rsvp
from livingroom.community.questions.operations import accept, answer
from livingroom.people.models import Staff
from livingroom.segments.keeping import keep
from livingroom.segments.operations import save_segment
from tests.community import cast
from tests.community.cast import NOON
from tests.ideas.portal.test_pages_in_a_browser import faults
from tests.posts.test_pages_in_a_browser import Desk
from tests.segments.cast import rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(transactional_db: None) -> Question:
    """A house where everything of these rooms happened once."""
    robin, sam = cast.member("Robin"), cast.member("Sam")
    for name, country in (("Gamers", "CA"), ("Others", "US")):
        told = rule(("country", "is", [country]))
        save_segment(staff=cast.staff(), name=name, rule=told, purpose="offers", ground="interest", now=NOON)
    group = save_group(staff=cast.staff(), draft=GroupDraft(name="Gaming", segment="gamers"), now=NOON)
    event = cast.event(groups=(group,), words={"de": {"title": "Der Start"}})
    cast.event(title="Night", is_announced=False, groups=(group,))
    Rsvp.objects.create(event=event, member=robin, answer="yes", at=NOON, changed_at=NOON)
    made = cast.question(robin, group=group, asked_at=NOON - timedelta(hours=2))
    accept(answer=answer(question=made, member=sam, text="Yes.", now=NOON), member=robin, now=NOON)
    keep(NOON)
    return made


def test_axe_finds_nothing_at_the_desk(live_server: LiveServer, asked: Question) -> None:
    client = Client()
    client.force_login(cast.staff("Ada", Staff.Role.ADMIN))
    group, event = Group.objects.get(), asked.group.events.order_by("pk").first() if asked.group else None
    assert event is not None
    paths = [
        "/segments/gamers/", "/segments/new/", "/by-segment/", "/by-segment/two/?one=gamers&other=others",
        f"/customers/{asked.member.customer_id if asked.member else 0}/", f"/community/groups/{group.pk}/",
        f"/community/events/{event.pk}/", "/community/questions/", "/community/relations/",
    ]  # fmt: skip

    found = Desk(live_server.url, client.cookies["livingroom_session"].value).see(
        lambda page: [fault for path in paths for fault in faults(page, path, 1280)],
        viewport={"width": 1280, "height": 800},
    )

    assert found == []


def test_axe_finds_nothing_on_a_visitors_phone_at_night(live_server: LiveServer, asked: Question) -> None:
    event = asked.group.events.order_by("pk").first() if asked.group else None
    assert event is not None
    paths = [
        "/groups/gaming/", event.get_absolute_url(), "/questions/", asked.get_absolute_url(),
        "/questions/ask/?title=Does+the+dock+drive+two+screens",
    ]  # fmt: skip

    found = Desk(live_server.url, "nobody").see(
        lambda page: [fault for path in paths for fault in faults(page, path, 360)],
        viewport={"width": 360, "height": 740},
        color_scheme="dark",
        locale="de-DE",
    )

    assert found == []
