"""The main job again, with the real Bluesky software as the network."""

from pathlib import Path
from urllib.parse import quote

import httpx
from playwright.sync_api import expect

from scripts.peers.bluesky.network import BlueskyNetwork
from tests.support.house import running_house
from tests.support.journey import Customer, Manager, chromium, in_its_own_thread, shopify_export


@in_its_own_thread
def test_an_offer_published_on_bluesky_becomes_an_order_with_a_receipt(
    bluesky: BlueskyNetwork, tmp_path: Path
) -> None:
    account = bluesky.create_account("outlet")
    with (
        running_house(tmp_path / "house", ALLOW_PRIVATE_NETWORKS="true") as house,
        chromium() as browser,
    ):
        manager = Manager(browser.new_page(), house)
        manager.open_the_house()
        form = {"Handle": account.handle, "App password": account.app_password, "Server": bluesky.pds_url}
        manager.add_branch("Corner Outlet", network="bluesky", handle=account.handle, account=form)
        manager.write_offer("Studio week")

        sent = manager.publish(
            "15 % off — só esta semana 🎉 {code} {link}", offer="Studio week", branch="Corner Outlet"
        )
        posts = records(bluesky, account.did)
        click_id = Customer(browser).click(link_of(posts[0]))
        manager.import_orders(shopify_export(name="#1001", code=sent.code, click_id=click_id))

        assert len(posts) == 1
        assert sent.code in posts[0]["text"]
        assert link_of(posts[0]) == sent.short_url
        manager.open_receipt("1001")
        expect(manager.page.get_by_text(sent.code).first).to_be_visible()
        expect(manager.page.get_by_text("$849.15").first).to_be_visible()


def records(bluesky: BlueskyNetwork, did: str) -> list[dict]:  # type: ignore[type-arg]  # the network's own JSON
    """What stands in the account's repository, asked of the server itself."""
    url = (
        f"{bluesky.pds_url}/xrpc/com.atproto.repo.listRecords?repo={quote(did)}&collection=app.bsky.feed.post"
    )
    return [row["value"] for row in httpx.get(url).raise_for_status().json()["records"]]


def link_of(post: dict) -> str:  # type: ignore[type-arg]  # the network's own JSON
    """The address behind the post's link, found by its offsets in bytes as a reader's app would."""
    features = [feature for facet in post["facets"] for feature in facet["features"]]
    links = [feature["uri"] for feature in features if feature["$type"].endswith("#link")]
    assert len(links) == 1
    return str(links[0])
