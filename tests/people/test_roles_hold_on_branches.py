import pytest
from django.core.exceptions import PermissionDenied

from livingroom.people.models import Staff, StaffScope
from livingroom.people.operations import LastAdmin, change_staff
from livingroom.people.policy import may, require, require_everywhere
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import PostDraft, cancel_placement, save_post, schedule_placements
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return cast.open_house()


def scoped(name: str, role: str, **places: str) -> Staff:
    person = cast.staff(name, role)
    for kind, value in places.items():
        StaffScope.objects.create(staff=person, kind=kind, value=value)
    person.__dict__.pop("known_scopes", None)
    return person


@pytest.fixture
def brasil(house):
    return cast.branch("Brasil", country="BR")


@pytest.fixture
def outlet(house):
    return cast.branch("Outlet", division="Home")


@pytest.mark.parametrize("place", [{"branch": "brasil"}, {"country": "BR"}])
def test_a_role_holds_where_its_scopes_say(brasil, outlet, place):
    rosa = scoped("Rosa", "community_manager", **place)

    assert may(rosa, "publish", brasil)
    assert not may(rosa, "publish", outlet)
    assert may(rosa, "look", outlet)


def test_a_division_is_a_scope_as_well(brasil, outlet):
    rosa = scoped("Rosa", "agent", division="Home")

    assert may(rosa, "write", outlet)
    assert not may(rosa, "write", brasil)


def test_the_house_needs_a_role_that_holds_everywhere(brasil):
    rosa = scoped("Rosa", "admin", country="BR")

    assert not may(rosa, "set_up")
    with pytest.raises(PermissionDenied, match="country BR only"):
        require(rosa, "claim")
    with pytest.raises(PermissionDenied, match="on all"):
        require_everywhere(rosa, "pause")


def test_a_post_cannot_be_written_for_somebody_elses_branch(brasil, outlet):
    rosa = scoped("Rosa", "community_manager", country="BR")
    draft = PostDraft("Mine", "Olá", branches=(brasil, outlet))

    with pytest.raises(PermissionDenied, match="on Outlet"):
        save_post(staff=rosa, draft=draft, now=NOON)

    assert not Post.objects.exists()


def test_shared_words_cannot_be_changed_by_who_may_write_on_one_branch_only(brasil, outlet):
    rosa = scoped("Rosa", "community_manager", country="BR")
    post = cast.post(brasil, outlet)

    with pytest.raises(PermissionDenied):
        save_post(staff=rosa, draft=PostDraft("Mine", "Olá", branches=(brasil,)), now=NOON, post=post)


def test_scheduling_and_cancelling_ask_for_the_branch(brasil, outlet):
    rosa = scoped("Rosa", "community_manager", country="BR")
    draft, promised = cast.post(outlet).placements.get(), cast.placement(outlet)

    with pytest.raises(PermissionDenied):
        schedule_placements(staff=rosa, due={draft.pk: NOON}, now=NOON)
    with pytest.raises(PermissionDenied):
        cancel_placement(staff=rosa, placement=promised, now=NOON)

    assert not Placement.objects.filter(state=Placement.State.CANCELLED).exists()


def test_an_agent_writes_drafts_and_sends_nothing(outlet):
    agent = cast.staff("Lee", "agent")
    post = save_post(staff=agent, draft=PostDraft("Draft", "Hello", branches=(outlet,)), now=NOON)

    with pytest.raises(PermissionDenied):
        schedule_placements(staff=agent, due={post.placements.get().pk: NOON}, now=NOON)


def test_the_composer_offers_only_their_branches(client, brasil, outlet):
    client.force_login(scoped("Rosa", "community_manager", country="BR"))

    page = client.get("/posts/new/").content.decode()

    assert "Brasil" in page
    assert "Outlet" not in page


def test_a_guest_with_an_account_sees_approvals_and_nothing_else(client, outlet):
    client.force_login(cast.staff("Gus", "guest"))

    assert client.get("/approvals/").status_code == 200
    for path in ("/overview/", "/posts/", "/calendar/", "/settings/", "/offers/"):
        assert client.get(path).status_code == 403


def test_the_last_admin_keeps_the_whole_house(outlet):
    ada = cast.ada()

    with pytest.raises(LastAdmin):
        change_staff(staff=ada, other=ada, role="admin", is_active=True, now=NOON, scopes=[("country", "US")])


def test_scopes_are_written_in_settings(client, outlet):
    client.force_login(cast.ada())
    maya = cast.staff()

    client.post(
        f"/settings/staff/{maya.pk}/",
        {"role": "community_manager", "is_active": "on", "scopes": "br, branch:outlet"},
    )
    wrong = client.post(
        f"/settings/staff/{maya.pk}/", {"role": "agent", "is_active": "on", "scopes": "Atlantis"}, follow=True
    )

    assert sorted(maya.scopes.values_list("kind", "value")) == [("branch", "outlet"), ("country", "BR")]
    assert "is no place" in wrong.content.decode()
    assert 'value="branch:outlet, BR"' in client.get("/settings/").content.decode()
