"""What a person is told when connecting a Facebook page."""

from livingroom.networks.connecting import Scope

SCOPES = (
    Scope("pages_show_list", "seeing which pages there are"),
    Scope("pages_read_engagement", "reading posts and figures"),
    Scope("pages_manage_posts", "posting, editing and deleting"),
    Scope("pages_read_user_content", "reading what people write"),
    Scope("pages_manage_engagement", "answering, liking and hiding"),
    Scope("pages_manage_metadata", "being told of comments at once", required=False),
    Scope("read_insights", "counting how often posts were seen", required=False),
)
APP_GUIDE = (
    "On developers.facebook.com, signed in as a person who is an admin of the page, make an app of the kind Business"
    " and leave it in development: an app that only its own people use needs no review.",
    "Add Facebook Login for Business and enter the callback address shown below under Valid OAuth Redirect URIs.",
    "Copy app ID and app secret from App settings, Basic, and paste them here.",
    "To be told of comments at once, add Webhooks to the app; the page /hooks/meta/ of this house says what to enter.",
)
CONNECT_GUIDE = (
    "Go on at Facebook: it asks which pages Livingroom may use. Allow all the rights that it lists.",
    "If you look after several pages you choose one afterwards; connect again for the next.",
)
WHY_NOT = {
    "reactions": "Facebook tells who liked only to apps that Meta has reviewed; the counts are read.",
    "followers": "Facebook does not list a page's followers; their number is read.",
}
