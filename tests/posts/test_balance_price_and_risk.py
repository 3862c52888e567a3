from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.links.destinations import query_of
from livingroom.orders.models import Order, Shop
from livingroom.posts.composing import review
from livingroom.posts.media.models import DeskRules
from livingroom.posts.models import Offer, Placement
from livingroom.posts.operations import NotReady, PostDraft, schedule_placements
from livingroom.posts.risk.balance import balances, save_branch_rules
from livingroom.posts.risk.models import BranchRules, LinkCheck
from livingroom.posts.risk.price import crowding, liability
from livingroom.posts.risk.reaching import check_urls, problem_of, urls_to_check
from livingroom.posts.tasks import look_at_pages
from livingroom.shared.models import Brand
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
State = Placement.State
DAY = timedelta(days=1)


@pytest.fixture
def outlet(house):
    return cast.branch()


def said(branch, n: int, *, promotes: bool, days_ago: float = 1) -> None:
    """Posts that went out some days ago."""
    for number in range(n):
        facts = {} if promotes else {"code_kind": "none", "text": "How are you?"}
        post = cast.post(branch, title=f"{promotes} {number} {days_ago}", **facts)
        if not promotes:
            post.offer = None
            post.save()
        post.placements.update(state=State.SENT, sent_at=NOON - days_ago * DAY)


def band(branch, low: float, high: float) -> None:
    rules = BranchRules(promotion_from_share=low, promotion_to_share=high)
    save_branch_rules(staff=cast.ada(), branch=branch, rules=rules, now=NOON)


def problems_of(branch, offer=None, text="Hello", code_kind="none", **facts) -> list[str]:
    draft = PostDraft("T", text, offer=offer, code_kind=code_kind, branches=(branch,), **facts)
    found = review(draft, when="now", wall=None, now=NOON, brand=Brand.current())
    return [problem.text for problem in found.problems]


def test_the_share_of_promotion_is_counted_over_28_days_with_what_is_promised(outlet):
    said(outlet, 2, promotes=True)
    said(outlet, 3, promotes=False)
    said(outlet, 9, promotes=True, days_ago=29)
    cast.placement(outlet, due_at=NOON + DAY)

    now, later = (balances([outlet.pk], at)[outlet.pk] for at in (NOON, NOON + 2 * DAY))

    assert (now.n_promoting, now.n_conversing, now.share) == (2, 3, 0.4)
    assert (later.n_promoting, later.share) == (3, 0.5)


def test_below_four_posts_there_is_no_share(outlet):
    said(outlet, 3, promotes=True)

    assert balances([outlet.pk], NOON)[outlet.pk].share is None


def test_the_composer_warns_before_a_branch_becomes_a_shouting_channel(outlet):
    offer = cast.offer()
    said(outlet, 2, promotes=True)
    said(outlet, 3, promotes=False)
    band(outlet, 0.2, 0.4)

    loud = problems_of(outlet, offer, "{code} {link}", "shared")
    quiet = problems_of(outlet)

    assert any("shouting channel: 3 of 6 posts" in text for text in loud)
    assert not any("shouting" in text for text in quiet)


def test_the_band_is_the_managers_and_has_an_order(outlet):
    with pytest.raises(PermissionDenied):
        save_branch_rules(staff=cast.staff(), branch=outlet, rules=BranchRules(), now=NOON)
    with pytest.raises(ValueError, match="larger"):
        band(outlet, 0.5, 0.2)


@pytest.mark.parametrize(
    ("facts", "codes", "amount"),
    [
        ({"kind": "amount", "amount_minor": 5000, "percent": None}, ("single", 100, 3), 1_500_000),
        (
            {"kind": "amount", "amount_minor": 5000, "percent": None, "stock_cap": 40},
            ("shared", 0, 3),
            200_000,
        ),
        ({"kind": "bundle", "bundle": "A mouse", "unit_cost_minor": 700}, ("single", 10, 1), 7_000),
        ({"kind": "bundle", "bundle": "A mouse"}, ("single", 10, 1), None),
        ({"kind": "amount", "amount_minor": 5000, "percent": None}, ("shared", 0, 1), None),
    ],
)
def test_what_codes_give_away_is_codes_times_discount(outlet, facts, codes, amount):
    offer = Offer(**{"name": "X", "currency": "USD", "percent": None, **facts})
    kind, n_codes, n_branches = codes

    found = liability(offer, code_kind=kind, n_codes=n_codes, n_branches=n_branches, now=NOON)

    assert (found.amount_minor, found.currency) == (amount, "USD")


def test_a_percentage_is_reckoned_with_the_mean_order_of_90_days(house):
    shop = Shop.objects.create(name="Shop", slug="shop", kind="api")
    for number, (net, days) in enumerate([(80_000, 1), (120_000, 80), (900_000, 100)]):
        Order.objects.create(
            shop=shop, external_id=str(number), placed_at=NOON - days * DAY, currency="USD",
            net_reporting_minor=net, changed_at=NOON,
        )  # fmt: skip

    found = liability(
        Offer(kind="percent", percent=15), code_kind="single", n_codes=10, n_branches=2, now=NOON
    )

    assert found.amount_minor == 20 * 100_000 * 15 // 100
    assert found.average_minor == 100_000


def test_other_offers_in_the_same_week_are_named(outlet):
    winter, spring = cast.offer(name="Winter 15"), cast.offer(name="Spring 10")
    cast.placement(outlet, offer=winter, due_at=NOON + 2 * DAY)

    assert crowding(spring, [outlet.pk], NOON) == {outlet.pk: ["Winter 15"]}
    assert crowding(spring, [outlet.pk], NOON + 20 * DAY) == {}
    assert crowding(winter, [outlet.pk], NOON) == {}
    assert any("Buyers tire" in text for text in problems_of(outlet, spring, "{code} {link}", "shared"))


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("The CHEAPEST laptop", True),
        ("A guarantee for you", True),
        ("No guarantees", False),
        ("Good value", False),
    ],
)
def test_words_of_the_stop_list_do_not_go_out(outlet, text, blocked):
    DeskRules.objects.create(pk=1, stop_words="cheap*\nguarantee")
    post = cast.post(outlet, text=f"{text} {{code}} {{link}}")
    due = {post.placements.get().pk: NOON}

    if blocked:
        with pytest.raises(NotReady, match="stop list"):
            schedule_placements(staff=cast.staff(), due=due, now=NOON)
    else:
        assert schedule_placements(staff=cast.staff(), due=due, now=NOON)


def test_the_composer_says_what_it_gives_away(outlet, maya):
    offer = cast.offer(kind="amount", amount_minor=5000, percent=None)
    answers = {
        "text": "{link}", "offer": offer.pk, "code_kind": "single", "n_codes": 100, "branches": [outlet.pk], "when": "now",
    }  # fmt: skip

    page = maya.post("/posts/new/", answers, headers={"HX-Request": "true"}).content.decode()

    assert "Gives away up to $5,000.00" in page


def utm_of_link(placement) -> dict[str, str]:
    return {key: value for key, value in query_of(placement.link.destination) if key.startswith("utm_")}


def test_links_follow_the_convention_whatever_was_pasted(house):
    DeskRules.objects.create(
        pk=1, utm_source="{network}_{country}", utm_medium="organic-social", utm_campaign="{offer}"
    )
    branch = cast.branch("Brasil", country="BR")
    offer = cast.offer(destination=f"https://{cast.SHOP}/?utm_source=mine&utm_campaign=mine&color=red")

    placement = cast.placement(branch, offer=offer, due_at=NOON + DAY)

    found = utm_of_link(placement)
    assert (found["utm_source"], found["utm_medium"]) == ("sandbox_br", "organic-social")
    assert found["utm_campaign"] == "winter-15"
    assert found["utm_content"] == placement.link.slug
    assert ("color", "red") in query_of(placement.link.destination)


def test_a_branch_and_an_offer_may_have_names_of_their_own(outlet):
    DeskRules.objects.create(pk=1, utm_campaign="{offer}")
    save_branch_rules(
        staff=cast.ada(),
        branch=outlet,
        rules=BranchRules(utm_source="outlet_us", utm_campaign="{branch}"),
        now=NOON,
    )
    plain = cast.placement(outlet, due_at=NOON + DAY)
    own = cast.placement(
        outlet, due_at=NOON + DAY, offer=cast.offer(name="X", utm_campaign="blackfriday_{year}")
    )

    assert utm_of_link(plain)["utm_campaign"] == "outlet"
    assert utm_of_link(own)["utm_campaign"] == f"blackfriday_{(NOON + DAY).year}"
    assert utm_of_link(own)["utm_source"] == "outlet_us"


def test_without_a_convention_links_are_as_before(outlet):
    placement = cast.placement(outlet)

    found = utm_of_link(placement)
    assert (found["utm_source"], found["utm_medium"], found["utm_campaign"]) == (
        "sandbox",
        "social",
        "winter-15",
    )


def test_a_variable_that_nobody_knows_is_refused(outlet, client):
    client.force_login(cast.ada())

    answer = client.post(
        "/balance/outlet/", {"from_percent": 0, "to_percent": 50, "utm_campaign": "{planet}"}
    )

    assert answer.status_code == 422
    assert "Nothing stands for {planet}" in answer.content.decode()
    assert not BranchRules.objects.exists()


def test_the_balance_page_shows_shares_bands_and_keeps_rules(outlet, client):
    client.force_login(cast.ada())
    said(outlet, 3, promotes=True)
    said(outlet, 1, promotes=False)

    client.post("/balance/outlet/", {"from_percent": 20, "to_percent": 40})
    client.post("/balance/", {"stop_words": "cheap*", "alt_required": "on"})
    page = client.get("/balance/").content.decode()

    assert "75.0%" in page
    assert "badge--warn" in page
    assert DeskRules.current().stop_list == ["cheap*"]
    assert DeskRules.current().alt_required


def test_pages_of_tomorrows_links_are_looked_at_once_in_six_hours(outlet):
    cast.placement(outlet, due_at=NOON + timedelta(hours=2))

    assert urls_to_check(NOON) == [f"https://{cast.SHOP}/laptops"]
    assert look_at_pages(NOON) == 1
    assert look_at_pages(NOON) == 0
    assert look_at_pages(NOON + timedelta(hours=1, minutes=59)) == 0


def test_a_page_in_a_private_network_is_not_asked_and_a_dead_one_is_said(outlet):
    [row] = check_urls(["https://127.0.0.1:9/secret"], NOON)

    assert "not on the public internet" in row.problem
    LinkCheck.objects.create(url=f"https://{cast.SHOP}/laptops", checked_at=NOON, problem="it says 404")
    offer = cast.offer()
    assert "it says 404, 2 h ago" in problem_of(offer.destination, NOON + timedelta(hours=2))
    assert any("it says 404" in text for text in problems_of(outlet, offer, "{code} {link}", "shared"))
