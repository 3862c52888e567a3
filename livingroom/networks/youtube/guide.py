"""What a person reads when connecting a channel, and what Livingroom does there."""

from livingroom.networks.interface import Capabilities, ConnectField, Scope
from livingroom.networks.youtube.signin import RIGHT

CAPABILITIES = Capabilities(
    streams=frozenset({"comments", "replies"}),
    publish=False,
    edit=True,
    hide=True,
    react=False,
    card=False,
    why_not={
        "publish": "On YouTube one publishes videos; Livingroom reads and answers comments, and uploads nothing.",
        "react": "YouTube's API cannot like comments.",
        "card": "A comment on YouTube shows no preview of a link.",
        "images": "A comment on YouTube holds no pictures.",
        "webhook": "YouTube announces new videos by itself, but no comments; Livingroom asks.",
    },
)
APP_FIELDS = (
    ConnectField("client_id", "Client ID", "Ends in .apps.googleusercontent.com."),
    ConnectField("client_secret", "Client secret", "Begins with GOCSPX-.", secret=True),
)
APP_GUIDE = (
    "On console.cloud.google.com make a project, and enable the YouTube Data API v3 under APIs and services, Library.",
    "Under OAuth consent screen choose External, name the app, add the scope youtube.force-ssl, and publish the app: "
    "while it is in testing, Google ends every sign-in after seven days. A review is needed only beyond 100 people.",
    "Under Credentials create an OAuth client ID, type Web application, with the redirect address shown here.",
    "Copy the client ID and the secret. Ten minutes, free of charge.",
)
FIELDS = (
    ConnectField(
        "channel",
        "Channel",
        "Its handle, such as @corner, to be sure that the right one is chosen on Google's page. May stay empty.",
        required=False,
    ),
)
GUIDE = (
    "Continue to Google, choose the brand's account and then its channel.",
    "Google warns that it has not verified the app: it is your own. Choose Advanced, then continue.",
    "Allow it to manage comments. One minute.",
)
SCOPES = (Scope(RIGHT, "reading, writing and hiding comments"),)
