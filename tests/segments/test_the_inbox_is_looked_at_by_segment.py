"""The inbox shows the cases of a segment's people, to those who may see who is in one."""

import pytest
from django.test import Client
from django.utils import timezone

from livingroom.inbox.models import Conversation
from livingroom.people.models import Customer
from livingroom.segments.keeping import keep
from livingroom.segments.operations import save_segment
from tests.inbox import cast as inbox
from tests.segments import cast
from tests.segments.cast import rule

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("search", ["", "&text=hot"])
def test_a_segment_narrows_the_list_and_the_search(search: str) -> None:
    now = timezone.now()
    for country, who in (("CA", "ana"), ("US", "ben")):
        made = inbox.conversation(f"My {country} notebook is hot", who=who)
        made.author.customer = Customer.objects.create(country=country, first_seen_at=now)
        made.author.save()
    keep(now)
    save_segment(
        staff=cast.staff(), name="Canada", rule=rule(("country", "is", ["CA"])), purpose="service", ground="interest",
        now=now,
    )  # fmt: skip
    sees, sees_not = Client(), Client()
    sees.force_login(cast.staff("manager"))
    sees_not.force_login(cast.staff("agent"))

    narrowed = sees.get(f"/inbox/?segment=canada{search}").content.decode()
    nobody = sees.get(f"/inbox/?segment=put-away{search}").content.decode()
    whole = sees_not.get(f"/inbox/?segment=canada{search}").content.decode()

    assert Conversation.objects.count() == 2
    assert ["My CA notebook" in narrowed, "My US notebook" in narrowed] == [True, False]
    assert "notebook is hot" not in nobody
    assert ["My CA notebook" in whole, "My US notebook" in whole] == [True, True]
