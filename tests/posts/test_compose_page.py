from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from livingroom.links.models import Code, Link
from livingroom.posts.models import Offer, Placement, Post
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
State = Placement.State


@pytest.fixture
def outlet(house):
    return cast.branch("Outlet", time_zone="America/Chicago")


@pytest.fixture
def brasil(house):
    return cast.branch("Brasil", country="BR", language="pt-br", time_zone="America/Sao_Paulo")


def written(*branches, **answers) -> dict[str, object]:
    offer = Offer.objects.first() or cast.offer()
    return {
        "text": "15 % off with {code}: {link}",
        "offer": offer.pk,
        "code_kind": "shared",
        "branches": [branch.pk for branch in branches],
        "when": "now",
        "do": "schedule",
        **answers,
    }


def test_a_post_is_written_once_and_has_its_own_link_and_code_everywhere(maya, outlet, brasil):
    answer = maya.post("/posts/new/", written(outlet, brasil))

    post = Post.objects.get()
    assert answer.headers["Location"] == f"/posts/{post.pk}/"
    assert {row.state for row in post.placements.all()} == {State.SCHEDULED}
    assert Link.objects.count() == 2
    assert Code.objects.values("text").distinct().count() == 2
    assert post.title == "15 % off with …:"


def test_a_branch_can_say_it_differently(maya, outlet, brasil):
    maya.post(
        "/posts/new/", written(outlet, brasil, **{f"override_{brasil.pk}": "15 % de desconto: {code} {link}"})
    )

    assert brasil.placements.get().text == "15 % de desconto: {code} {link}"
    assert outlet.placements.get().text == "15 % off with {code}: {link}"


def test_nine_oclock_is_nine_oclock_on_each_branchs_clock(maya, outlet, brasil):
    day = (NOON + timedelta(days=10)).date()

    maya.post("/posts/new/", written(outlet, brasil, when="at", at=f"{day}T09:00"))

    for branch in (outlet, brasil):
        expected = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(branch.time_zone))
        assert branch.placements.get().due_at == expected


def test_what_is_too_long_is_said_beside_the_field_and_nothing_is_kept(maya, outlet):
    answer = maya.post("/posts/new/", written(outlet, text="x" * 600 + " {code} {link}"))

    assert answer.status_code == 422
    assert "too many" in answer.content.decode()
    assert Post.objects.count() == 0
    assert Link.objects.count() == 0


def test_the_limit_counts_characters_as_people_do(maya, outlet):
    family = "👨‍👩‍👧‍👦" * 400

    answer = maya.post("/posts/new/", written(outlet, text=family + " {code} {link}"))

    assert answer.status_code == 302


def test_live_checks_answer_with_the_previews_alone(maya, outlet):
    answer = maya.post("/posts/new/", written(outlet, do="check"), headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<div id="checks"')
    assert "Preview on Outlet" in page
    assert "<html" not in page
    assert Post.objects.count() == 0


def test_without_a_script_the_check_button_does_the_same(maya, outlet):
    answer = maya.post("/posts/new/", written(outlet, do="check"))

    assert "Preview on Outlet" in answer.content.decode()
    assert Post.objects.count() == 0


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"text": ""}, "Write what the post says."),
        ({"text": "No code here: {link}"}, "Nobody would see the code"),
        ({"text": "{code} {link}", "code_kind": "none"}, "no code is chosen"),
        ({"text": "{code} {link}", "code_kind": "single", "n_codes": 5}, "cannot stand in the text"),
        ({"text": "{link}", "code_kind": "single"}, "Say how many single-use codes"),
        ({"offer": "", "code_kind": "none", "text": "{link}"}, "nothing says where it leads"),
        ({"destination": "https://evil.example/"}, "is not one of your shops and sites yet"),
        ({"when": "at", "at": ""}, "Say when"),
        ({"when": "at", "at": "2027-03-14T02:30"}, "there is no 02:30"),
        ({"when": "at", "at": "2031-01-01T09:00"}, "The offer is over by then"),
        ({"branches": []}, "Choose at least one branch."),
    ],
)
def test_what_must_be_mended_is_said_before_anything_is_promised(maya, outlet, answers, said):
    answer = maya.post("/posts/new/", written(outlet, **answers))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Placement.objects.count() == 0


def test_an_offer_for_other_countries_cannot_be_promised_here(maya, outlet):
    offer = cast.offer(countries=["BR"])

    answer = maya.post("/posts/new/", written(outlet, offer=offer.pk))

    assert "does not hold in US" in answer.content.decode()


def test_a_branch_that_lost_its_connection_must_be_connected_first(maya, outlet):
    outlet.connection.state, outlet.connection.problem = "revoked", "The token was revoked."
    outlet.connection.save()

    answer = maya.post("/posts/new/", written(outlet))

    assert "must be connected again: The token was revoked." in answer.content.decode()


def test_a_draft_may_be_unfinished(maya, outlet):
    answer = maya.post("/posts/new/", written(outlet, do="draft", text="Later", code_kind="none", offer=""))

    assert answer.status_code == 302
    assert Placement.objects.get().state == State.DRAFT
    assert Link.objects.count() == 0


def test_a_draft_can_be_changed_and_scheduled(maya, outlet, brasil):
    maya.post("/posts/new/", written(outlet, do="draft"))
    post = Post.objects.get()

    maya.post(f"/posts/{post.pk}/", written(brasil, text="Now in Brazil {code} {link}"))

    assert [row.branch for row in post.placements.all()] == [brasil]
    assert post.placements.get().state == State.SCHEDULED


def test_scheduling_again_keeps_link_and_code(maya, outlet):
    maya.post("/posts/new/", written(outlet))
    row = Placement.objects.get()
    link, code = row.link, row.link.codes.get()
    day = (NOON + timedelta(days=3)).date()

    maya.post(f"/placements/{row.pk}/reschedule/", {"at": f"{day}T09:00"})

    row.refresh_from_db()
    assert row.link == link
    assert row.link.codes.get() == code
    assert row.due_at == datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize("wrong", ["tomorrow", "2027-03-14T02:30", "2026-13-01T09:00"])
def test_a_time_that_does_not_exist_moves_nothing(maya, outlet, wrong):
    maya.post("/posts/new/", written(outlet, when="at", at=f"{(NOON + timedelta(days=3)).date()}T09:00"))
    row = Placement.objects.get()

    maya.post(f"/placements/{row.pk}/reschedule/", {"at": wrong})

    before = row.due_at
    row.refresh_from_db()
    assert row.due_at == before


def test_a_promise_can_be_taken_back(maya, outlet):
    maya.post("/posts/new/", written(outlet))
    row = Placement.objects.get()

    maya.post(f"/placements/{row.pk}/cancel/")

    row.refresh_from_db()
    assert row.state == State.CANCELLED


def test_what_is_being_sent_cannot_be_cancelled(maya, outlet):
    maya.post("/posts/new/", written(outlet))
    row = Placement.objects.get()
    Placement.objects.update(state=State.SENDING)

    answer = maya.post(f"/placements/{row.pk}/cancel/", follow=True)

    row.refresh_from_db()
    assert row.state == State.SENDING
    assert "can no longer be cancelled" in answer.content.decode()


def test_a_scheduled_post_cannot_be_made_unsendable(maya, outlet):
    maya.post("/posts/new/", written(outlet, when="at", at=f"{(NOON + timedelta(days=3)).date()}T09:00"))
    post = Post.objects.get()

    answer = maya.post(f"/posts/{post.pk}/", written(outlet, do="draft", text="x" * 900))

    post.refresh_from_db()
    assert answer.status_code == 422
    assert post.text == "15 % off with {code}: {link}"


def test_single_use_codes_are_a_file_for_the_shop(maya, outlet):
    maya.post("/posts/new/", written(outlet, text="Yours: {link}", code_kind="single", n_codes=25))
    row = Placement.objects.get()

    answer = maya.get(f"/placements/{row.pk}/codes.csv")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "code,starts_at,ends_at,issued_at"
    assert len(set(lines[1:])) == 25
    assert row.link.destination.endswith(f"/o/{row.link.slug}/")


def test_looking_there_now_settles_an_unknown_outcome(maya, outlet):
    from livingroom.networks.sandbox.faults import arm_fault
    from livingroom.posts.delivery import deliver

    maya.post("/posts/new/", written(outlet))
    row = Placement.objects.get()
    arm_fault(cast.account(outlet), "accept_then_timeout", only_writes=True)
    deliver(row.pk, row.due_at)

    answer = maya.post(f"/placements/{row.pk}/settle/", follow=True)

    row.refresh_from_db()
    assert row.state == State.SENT
    assert "It is on Outlet." in answer.content.decode()


def test_the_post_page_shows_what_became_of_each_placement(maya, outlet):
    from livingroom.posts.delivery import deliver

    maya.post("/posts/new/", written(outlet))
    row = Placement.objects.get()
    deliver(row.pk, row.due_at)

    page = maya.get(f"/posts/{row.post_id}/").content.decode()

    assert "Sent" in page
    assert row.link.slug in page
    assert row.link.codes.get().text in page
    assert "1 attempt" in page


def test_an_analyst_may_look_but_not_write(client, outlet):
    made = cast.post(outlet)
    client.force_login(cast.ian())

    assert client.get(f"/posts/{made.pk}/").status_code == 200
    assert client.get("/posts/new/").status_code == 403
    assert client.post("/posts/new/", written(outlet)).status_code == 403
    assert client.post(f"/placements/{made.placements.get().pk}/cancel/").status_code == 403


def test_an_outsider_is_asked_to_sign_in(client, outlet):
    made = cast.post(outlet)

    for path in ("/posts/new/", f"/posts/{made.pk}/", "/calendar/", "/offers/", "/posts/"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_a_page_of_many_placements_needs_few_queries(maya, django_assert_max_num_queries):
    branches = [cast.branch(f"Branch {number}") for number in range(12)]
    made = cast.post(*branches)

    with django_assert_max_num_queries(31):
        maya.get(f"/posts/{made.pk}/")
