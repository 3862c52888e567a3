"""What a person reads when connecting Flickr, and what Flickr can do."""

from livingroom.networks.interface import Capabilities, ConnectField, Scope

CAPABILITIES = Capabilities(
    streams=frozenset({"comments", "reactions"}),
    edit=True,
    react=False,
    card=False,
    images=True,
    own_key=False,
    why_not={
        "card": "Flickr shows the picture itself; the link stands in its description.",
        "react": "On Flickr comments cannot be liked, and one's own photos neither.",
        "hide": "On Flickr a comment can only be deleted for good; Livingroom deletes nobody's words.",
        "webhook": "Flickr sends nothing by itself; Livingroom asks.",
    },
)
APP_FIELDS = (
    ConnectField("api_key", "Key", "32 letters and digits."),
    ConnectField("api_secret", "Secret", "16 letters and digits.", secret=True),
)
APP_GUIDE = (
    "On flickr.com/services/apps/create, signed in as the brand, apply for a key and say what it is for.",
    "A non-commercial key is given at once. For sales, apply for a commercial key: Flickr answers by mail, in days.",
    "Copy key and secret.",
)
FIELDS = (
    ConnectField(
        "terms",
        "May the brand do this?",
        "Flickr's API is for non-commercial use unless Flickr has allowed yours; posts that sell may cost the account. "
        "Write yes when your key is a commercial one, or when nothing is sold here.",
    ),
)
GUIDE = (
    "Read Flickr's terms for its API, and write yes.",
    "Continue to Flickr, and allow Livingroom to read, write and delete.",
)
SCOPES = (
    Scope("delete", "posting pictures, changing and taking down our own, reading and writing comments"),
)
