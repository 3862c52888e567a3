"""A newcomer's first hour: three networks connected on their guided pages, one post that a second person approves, three
links and three codes, and what people answered on each of them, under the post."""

import json
from pathlib import Path

import httpx
from playwright.sync_api import expect

from livingroom.networks.interface import Ref
from scripts.peers.bluesky.network import BlueskyNetwork
from scripts.peers.snac import SnacServer, SnacUser
from scripts.peers.wordpress.site import WordPressSite
from tests.networks.stage import words
from tests.support.house import House, running_house
from tests.support.journey import chromium, in_its_own_thread
from tests_peers import bluesky_stage, snac_stage
from tests_peers.outsiders import surely_answers
from tests_peers.test_from_an_offer_to_a_receipt import link_of, records
from tests_peers.walking import Newcomer, SecondPerson, allow_at_wordpress, sign_in_at_snac

SKY, TOWN, BLOG = "Corner Sky", "Corner Town", "Corner Blog"
BEN = "ben@cornerpc.example"


@in_its_own_thread
def test_one_post_goes_out_on_three_networks_and_their_answers_come_home(
    bluesky: BlueskyNetwork, snac: SnacServer, wordpress: WordPressSite, tmp_path: Path
) -> None:
    account, user = bluesky.create_account("outlet"), snac.create_user("outlet")
    with running_house(tmp_path / "house", ALLOW_PRIVATE_NETWORKS="true") as house, chromium() as browser:
        maya, ben = Newcomer(browser.new_page(), house), SecondPerson(browser, house)
        maya.open_the_house()
        maya.open_branch(SKY, network="bluesky", handle=account.handle)
        maya.connect_here(
            {"Handle": account.handle, "App password": account.app_password, "Server": bluesky.pds_url}
        )
        maya.is_back_connected()
        maya.open_branch(TOWN, network="mastodon", handle=user.username)
        maya.go_on_at("Mastodon", snac.url, label="Server")
        sign_in_at_snac(maya.page, user)
        maya.is_back_connected()
        maya.open_branch(BLOG, network="wordpress", handle="shop")
        maya.go_on_at("WordPress", wordpress.url, label="Address of the site")
        allow_at_wordpress(maya.page, wordpress)
        maya.is_back_connected()
        ben.accept(maya.invite("Ben Okoro", BEN), BEN)
        for slug in ("corner-sky", "corner-town", "corner-blog"):
            maya.ask_for_approval_on(slug)
        maya.write_offer("Studio week")

        post = maya.write(
            "15 % off — só esta semana 🎉 {code} {link}", offer="Studio week", branches=[SKY, TOWN, BLOG]
        )
        expect(maya.page.get_by_text("Waiting for approval", exact=True)).to_have_count(3)
        assert records(bluesky, account.did) == []
        n_approved = ben.approve_all()
        maya.page.goto(post)
        sky, town, blog = (maya.out_on(branch) for branch in (SKY, TOWN, BLOG))

        assert n_approved == 3
        assert len({sky.code, town.code, blog.code}) == 3
        assert len({sky.short_url, town.short_url, blog.short_url}) == 3
        (on_bluesky,) = records(bluesky, account.did)
        assert link_of(on_bluesky) == sky.short_url
        assert sky.code in on_bluesky["text"]
        for out in (town, blog):
            page = httpx.get(out.remote_url, trust_env=False).raise_for_status().text
            assert out.code in page
            assert out.short_url in page
            assert sky.code not in page

        said = answer_everywhere(house, bluesky, snac, wordpress)
        maya.hear(*said.values())
        maya.page.goto(post)
        for branch, text in said.items():
            expect(maya.card_of(branch).get_by_text(text)).to_be_visible()
            expect(maya.card_of(branch).get_by_text("Reply").first).to_be_visible()


def answer_everywhere(
    house: House, bluesky: BlueskyNetwork, snac: SnacServer, wordpress: WordPressSite
) -> dict[str, str]:
    """Somebody with an account of their own answers on each network."""
    code = (
        "from livingroom.posts.models import Placement; import json;"
        "print(json.dumps(dict(Placement.objects.values_list('branch__name', 'remote_id'))))"
    )
    posts = json.loads(house.python(code))
    said = {branch: words(f"Is it left-handed, {branch}?") for branch in (SKY, TOWN, BLOG)}
    person = bluesky_stage.open_account(bluesky.create_account("ana"), bluesky.pds_url)
    surely_answers(person, Ref(posts[SKY]), said[SKY])
    ana: SnacUser = snac.create_user("ana")
    surely_answers(snac_stage.open_account(snac, snac.url, ana), Ref(posts[TOWN]), said[TOWN])
    comment = {"post": posts[BLOG].partition(":")[2], "content": said[BLOG]}
    url, login = f"{wordpress.url}/wp-json/wp/v2/comments", ("ana", wordpress.app_passwords["ana"])
    httpx.post(url, json=comment, auth=login, trust_env=False, timeout=30).raise_for_status()
    return said
