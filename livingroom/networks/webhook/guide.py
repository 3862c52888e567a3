"""What a person reads when connecting a place, and what a place can do."""

from livingroom.networks.interface import Capabilities, ConnectField

CAPABILITIES = Capabilities(
    streams=frozenset({"replies", "mentions", "comments", "reactions", "followers"}),
    react=False,
    own_key=True,
    webhook=True,
    why_not={
        "edit": "A place shows what it was handed: take the post down and hand it a new one.",
        "hide": "What people say in a place stands there; hide it in the place.",
        "react": "A place is told posts, not likes.",
        "images": "A place is handed words and a link; its pictures are its own.",
    },
)
FIELDS = (
    ConnectField("handle", "Short name", "Letters, digits and dashes, such as kiosk-oxford-street."),
    ConnectField("name", "Name shown", required=False),
    ConnectField(
        "address",
        "Address that takes posts",
        "Where we deliver each post. Leave it empty if the place fetches them from us.",
        required=False,
    ),
    ConnectField(
        "secret",
        "Secret",
        "whsec_ and a key in base64. Leave it empty and make one on the place's page.",
        secret=True,
        required=False,
    ),
)
GUIDE = (
    "Give the place a short name: a kiosk, a venue in a virtual world, a till, a forum of your own.",
    "If we can reach it, type its address: posts are delivered there, signed. If not, it fetches them from us.",
    "Choose Connect, and open the place's own page: make a secret there, and copy it into the place with the address for "
    "its events.",
    "examples/ holds a script for a shop kiosk (Python) and one for a kiosk in a virtual world (LSL). Three minutes.",
)
