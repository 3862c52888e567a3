"""A code lottery: chance decides once for each visitor, winners get a code, losers a friendly page, and each draw is written."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from livingroom.links.lottery import close_lottery, draw, enter_lottery, open_lottery
from livingroom.links.models import Code, LotteryDraw
from livingroom.links.operations import mint_link, mint_pool
from livingroom.links.redirector.click_id import ClickIds
from livingroom.measure.design.codes import wins
from livingroom.shared.models import Brand

pytestmark = pytest.mark.django_db
ids = ClickIds()
SEED, SHARE = 5, 0.5


def click() -> str:
    return ids.new(int(timezone.now().timestamp() * 1000))


def lucky(is_lucky: bool) -> str:
    """A click that wins, or one that loses."""
    return next(one for one in iter(click, None) if wins(SEED, one, SHARE) == is_lucky)


def link_in_lottery(key: str = "experiment 1"):
    Brand.objects.update_or_create(pk=1, defaults={"destination_hosts": "shop.cornerpc.example"})
    now = timezone.now()
    open_lottery(
        key=key, seed=SEED, share=SHARE, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1)
    )
    made = mint_link(
        destination="https://shop.cornerpc.example/laptops", channel="sandbox", reveals_code=True, now=now
    )
    enter_lottery(link=made, lottery_key=key)
    mint_pool(link=made, size=20)
    return made


@pytest.fixture
def link(db):
    return link_in_lottery()


@pytest.fixture(autouse=True)
def _fresh_counters():
    from django.core.cache import cache

    cache.clear()


def ask(client, link, click_id: str):
    return client.post(f"/o/{link.slug}/?lr={click_id}", follow=True)


def test_a_winner_gets_a_code_and_the_draw_is_written(link, client):
    winner = lucky(True)

    page = ask(client, link, winner).content.decode()

    assert re.search(r'id="code">[A-Z0-9]+<', page)
    drawn = LotteryDraw.objects.get()
    assert (drawn.visitor, drawn.won, drawn.link) == (winner, True, link)


def test_a_loser_goes_on_to_the_shop_without_a_code_and_is_written_down(link, client):
    loser = lucky(False)

    page = ask(client, link, loser).content.decode()

    onward = re.search(r'href="(https://shop[^"]+)"', page)[1].replace("&amp;", "&")
    query = parse_qs(urlsplit(onward).query)
    assert "No code this time" in page
    assert query["lr"] == [loser]
    assert "code" not in query
    assert not LotteryDraw.objects.get().won
    assert Code.objects.unissued().count() == 20


def test_looking_draws_nothing(link, client):
    page = client.get(f"/o/{link.slug}/?lr={click()}").content.decode()

    assert "drawn by lot" in page
    assert not LotteryDraw.objects.exists()


def test_clicking_again_does_not_change_the_luck_of_a_browser(link, client):
    ask(client, link, lucky(False))

    for _ in range(4):
        page = ask(client, link, lucky(True)).content.decode()

    assert "No code this time" in page
    assert LotteryDraw.objects.count() == 1


def test_one_luck_for_all_links_of_a_lottery(link, client):
    other = mint_link(
        destination="https://shop.cornerpc.example/", channel="sandbox", reveals_code=True, now=timezone.now()
    )
    enter_lottery(link=other, lottery_key="experiment 1")
    mint_pool(link=other, size=5)
    winner = lucky(True)
    ask(client, link, winner)

    ask(client, other, lucky(False))

    assert LotteryDraw.objects.count() == 1
    # What they buy is known by the click of their draw, whichever link they came through.
    assert Code.objects.get(link=other, issued_click=winner)


def test_nobody_draws_when_all_codes_are_gone(link, client):
    Code.objects.update(issued_at=timezone.now())

    assert ask(client, link, click()).status_code == 410
    assert not LotteryDraw.objects.exists()


def test_after_the_lottery_everybody_gets_a_code(link, client):
    close_lottery(key="experiment 1", now=timezone.now())

    page = ask(client, link, lucky(False)).content.decode()

    assert 'id="code"' in page
    assert not LotteryDraw.objects.exists()


def test_the_draw_is_the_keyed_one_and_the_share_is_kept(link):
    now = timezone.now()

    drawn = [draw(link=link, visitor=f"visitor {n}", now=now) for n in range(400)]

    assert [each.won for each in drawn] == [wins(SEED, f"visitor {n}", SHARE) for n in range(400)]
    assert 150 < sum(each.won for each in drawn) < 250
    assert draw(link=link, visitor="visitor 3", now=now).pk == drawn[3].pk
