"""What a person reads when connecting a forum, and what a forum can do."""

from livingroom.networks.interface import Capabilities, ConnectField, Scope

CAPABILITIES = Capabilities(
    streams=frozenset({"replies", "mentions", "reactions", "links"}),
    edit=True,
    card=False,
    images=True,
    own_key=True,
    webhook=True,
    solved=True,
    why_not={
        "card": "A forum shows the link's own preview, made by the forum.",
        "hide": "In a forum the community hides posts by flagging them; Livingroom flags nobody.",
    },
)
FIELDS = (
    ConnectField("server_url", "Address of the forum", "Such as https://forum.example.com."),
    ConnectField(
        "api_key",
        "API key",
        "Made by an admin for one user. Leave it empty to allow Livingroom on the forum's own page instead.",
        secret=True,
        required=False,
    ),
    ConnectField("username", "User", "The user for whom the key was made.", required=False),
    ConnectField(
        "category",
        "Number of the category",
        "Where new topics go; empty for the forum's default.",
        required=False,
    ),
    ConnectField(
        "webhook_secret",
        "Secret of the webhook",
        "Only if the forum shall tell us by itself: the secret that you give its webhook.",
        secret=True,
        required=False,
    ),
)
GUIDE = (
    "As admin of the forum, open Admin, Advanced, API keys, and add a key: user level Single user, the brand's user, "
    "scope Granular with topics (write, read), posts (edit, delete, like), uploads (create), search (show), users (show), "
    "notifications and user actions.",
    "Copy the key: it is shown once. Paste it here with the forum's address and the user's name.",
    "Not an admin? Leave the key empty. Ask the admin to add this house's address to the setting "
    "allowed_user_api_auth_redirects; then the brand's user says yes on the forum's own page.",
    "Livingroom asks the forum for news. To hear at once, add a webhook under Admin, API, Webhooks: post events, this "
    "house's address with /hooks/discourse/ behind it, and a secret that you also type here.",
)
SCOPES = (
    Scope("topics:write", "writing topics and answers"),
    Scope("topics:read", "reading answers"),
    Scope("posts:edit", "changing our own posts", required=False),
    Scope("posts:like", "liking what people say", required=False),
    Scope("posts:delete", "taking our own posts down", required=False),
    Scope("uploads:create", "posting pictures", required=False),
    Scope("search:show", "leading visitors to questions that were solved", required=False),
)
