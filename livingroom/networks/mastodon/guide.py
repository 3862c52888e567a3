"""What Mastodon can do and how one gets in, in words for a person."""

from livingroom.networks.interface import Capabilities, ConnectField

CAPABILITIES = Capabilities(
    streams=frozenset({"replies", "mentions", "reactions", "followers", "search"}),
    edit=True,
    private_reply=True,
    card=False,
    images=True,
    # The Idempotency-Key is honoured by Mastodon for an hour, and by other servers not at all: nothing rests on it.
    own_key=False,
    follower_names=True,
    why_not={
        "card": "Mastodon makes the card itself from the page that the link leads to.",
        "hide": "Mastodon has no way to hide somebody's answer; you can block or report them there.",
        "webhook": "Mastodon sends nothing by itself to an account's apps; Livingroom asks.",
        "links": "Mastodon has no search for links; reposts and answers come home, links elsewhere do not.",
    },
)

CONNECT_FIELDS = (
    ConnectField(
        "server_url", "Server", "Where the account lives, such as mastodon.social, or its whole handle."
    ),
    ConnectField(
        "access_token",
        "Access token",
        "Leave it empty: the server asks you on its own page. Fill it in only for a server without such a page.",
        secret=True,
        required=False,
    ),
)

CONNECT_GUIDE = (
    "Be signed in as the brand on its server, in this browser.",
    "Type the server's name here. Livingroom introduces itself there; you need not make an app.",
    "The server asks whether Livingroom may do what is listed on this page. Allow it, and you are back here.",
)
