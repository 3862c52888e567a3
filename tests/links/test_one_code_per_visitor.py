import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from livingroom.links.models import Code
from livingroom.links.operations import OfferOver, SoldOut, issue_code, mint_link, mint_pool, stop_link
from livingroom.links.redirector.click_id import ClickIds
from livingroom.shared.models import Brand

pytestmark = pytest.mark.django_db
ids = ClickIds()


def click(ago: timedelta = timedelta()) -> str:
    return ids.new(int((timezone.now() - ago).timestamp() * 1000))


@pytest.fixture
def link(db):
    Brand.objects.update_or_create(pk=1, defaults={"destination_hosts": "shop.cornerpc.example"})
    return mint_link(
        destination="https://shop.cornerpc.example/laptops",
        channel="sandbox",
        reveals_code=True,
        now=timezone.now(),
    )


@pytest.fixture(autouse=True)
def _fresh_counters():
    from django.core.cache import cache

    cache.clear()


def page_of(link, click_id: str) -> str:
    return f"/o/{link.slug}/?lr={click_id}"


def codes_on(response) -> list[str]:
    return re.findall(r'id="code">([A-Z0-9]+)<', response.content.decode())


def test_the_link_leads_to_our_page_and_that_one_to_the_shop(link, settings):
    assert link.destination == f"{settings.PUBLIC_URL}/o/{link.slug}/"
    assert link.onward.startswith("https://shop.cornerpc.example/laptops?utm_source=")


def test_looking_takes_no_code(link, client):
    mint_pool(link=link, size=3)

    response = client.get(page_of(link, click()))

    assert response.status_code == 200
    assert "Show my code" in response.content.decode()
    assert Code.objects.unissued().count() == 3


def test_a_click_gets_one_code_however_often_it_asks(link, client):
    mint_pool(link=link, size=3)
    click_id = click()

    for _ in range(3):
        client.cookies.clear()
        client.post(page_of(link, click_id))

    assert Code.objects.filter(issued_click=click_id).count() == 1
    assert Code.objects.unissued().count() == 2


def test_the_shop_gets_the_code_and_the_click(link, client):
    mint_pool(link=link, size=3)
    click_id = click()

    response = client.post(page_of(link, click_id), follow=True)

    [code] = codes_on(response)
    onward = re.search(r'href="(https://shop[^"]+)"', response.content.decode())[1].replace("&amp;", "&")
    query = parse_qs(urlsplit(onward).query)
    assert query["code"] == [code]
    assert query["lr"] == [click_id]
    assert response["Cache-Control"] == "private, no-store"


def test_the_same_browser_finds_its_code_again_after_another_click(link, client):
    mint_pool(link=link, size=3)
    [first] = codes_on(client.post(page_of(link, click()), follow=True))

    again = client.get(page_of(link, click()))

    assert codes_on(again) == [first]


def test_two_visitors_get_two_codes(link, client):
    mint_pool(link=link, size=3)
    [first] = codes_on(client.post(page_of(link, click()), follow=True))
    client.cookies.clear()

    [second] = codes_on(client.post(page_of(link, click()), follow=True))

    assert first != second


def test_an_empty_pool_says_so(link, client):
    mint_pool(link=link, size=1)
    issue_code(link=link, click_id="another", now=timezone.now())

    response = client.post(page_of(link, click()))

    assert response.status_code == 410
    assert "All codes are gone" in response.content.decode()


@pytest.mark.parametrize("wrong", ["", "x", "0" * 24, "z" * 24, "' OR 1=1 --"])
def test_without_a_click_of_ours_there_is_no_code(link, client, wrong):
    mint_pool(link=link, size=1)

    response = client.post(f"/o/{link.slug}/", query_params={"lr": wrong})

    assert "Open the link once more" in response.content.decode()
    assert Code.objects.unissued().count() == 1


def test_a_click_of_last_week_gets_none(link, client):
    mint_pool(link=link, size=1)

    client.post(page_of(link, click(timedelta(days=7))))

    assert Code.objects.unissued().count() == 1


def test_a_script_cannot_empty_the_pool(link, client):
    mint_pool(link=link, size=30)

    answers = []
    for _ in range(30):
        client.cookies.clear()
        answers.append(client.post(page_of(link, click())).status_code)

    assert answers.count(302) == 10
    assert set(answers[10:]) == {429}


def test_a_stopped_link_hands_out_none(link, client):
    mint_pool(link=link, size=1)
    stop_link(link=link, now=timezone.now())

    response = client.post(page_of(link, click()))

    assert response.status_code == 410
    assert "This offer is over" in response.content.decode()


def test_codes_outside_their_window_stay_in_the_pool(link):
    now = timezone.now()
    mint_pool(link=link, size=1, ends_at=now - timedelta(hours=1))

    with pytest.raises(OfferOver):
        issue_code(link=link, click_id="a", now=now)


def test_a_pool_has_as_many_different_codes_as_asked(link):
    made = mint_pool(link=link, size=1200)

    assert len({code.text for code in made}) == 1200


def test_an_ordinary_link_has_no_such_page(client, link):
    plain = mint_link(destination="https://shop.cornerpc.example/", channel="mail", now=timezone.now())

    assert client.get(f"/o/{plain.slug}/").status_code == 404


def test_sold_out_is_told_from_over(link):
    with pytest.raises(SoldOut):
        issue_code(link=link, click_id="a", now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_visitors_who_come_at_once_get_different_codes():
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one writer in at a time, and its test database is one connection")
    Brand.objects.update_or_create(pk=1, defaults={"destination_hosts": "shop.cornerpc.example"})
    link = mint_link(
        destination="https://shop.cornerpc.example/", channel="sandbox", reveals_code=True, now=timezone.now()
    )
    mint_pool(link=link, size=25)

    def take(click_id: str) -> str:
        try:
            return issue_code(link=link, click_id=click_id, now=timezone.now()).text
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as visitors:
        # Each of twenty clicks asks twice.
        texts = list(visitors.map(take, [f"click {number // 2}" for number in range(40)]))

    assert len(set(texts)) == 20
    assert Code.objects.unissued().count() == 5
