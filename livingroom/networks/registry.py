"""Find a network by its name. Adding one is a folder and a line here."""

from functools import cache
from importlib import import_module

from livingroom.networks.interface import Network

NETWORKS = {
    "sandbox": "livingroom.networks.sandbox.network:SandboxNetwork",
    "bluesky": "livingroom.networks.bluesky.network:BlueskyNetwork",
    "mastodon": "livingroom.networks.mastodon.network:MastodonNetwork",
    "mediawiki": "livingroom.networks.mediawiki.network:MediaWikiNetwork",
    "feeds": "livingroom.networks.feeds.network:FeedsNetwork",
    "webmention": "livingroom.networks.webmention.network:WebmentionNetwork",
    "wordpress": "livingroom.networks.wordpress.network:WordPressNetwork",
    "discourse": "livingroom.networks.discourse.network:DiscourseNetwork",
    "flickr": "livingroom.networks.flickr.network:FlickrNetwork",
    "webhook": "livingroom.networks.webhook.network:WebhookNetwork",
    "youtube": "livingroom.networks.youtube.network:YouTubeNetwork",
    "x": "livingroom.networks.x.network:XNetwork",
    "facebook": "livingroom.networks.facebook.network:FacebookNetwork",
    "instagram": "livingroom.networks.instagram.network:InstagramNetwork",
}


class UnknownNetwork(LookupError):
    """No connector has this name; the account can still be a branch that is not postable."""


@cache
def find_network(name: str) -> type[Network]:
    """The connector of a network. Raises UnknownNetwork."""
    if name not in NETWORKS:
        raise UnknownNetwork(f"No connector for {name!r}. There are: {', '.join(NETWORKS)}.")
    module, attribute = NETWORKS[name].split(":")
    connector: type[Network] = getattr(import_module(module), attribute)
    return connector


def has_connector(name: str) -> bool:
    return name in NETWORKS
