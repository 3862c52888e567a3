"""What a person is told when connecting an Instagram account."""

from livingroom.networks.connecting import Scope

SCOPES = (
    Scope("instagram_basic", "knowing the account and reading its posts"),
    Scope("instagram_content_publish", "posting"),
    Scope("instagram_manage_comments", "reading, answering and hiding comments"),
    Scope("pages_show_list", "finding the page that the account belongs to"),
    Scope("pages_read_engagement", "using the account through its page"),
    Scope("instagram_manage_insights", "counting how often posts were seen", required=False),
    Scope("pages_manage_metadata", "being told of comments at once", required=False),
)
APP_GUIDE = (
    "Make the Instagram account a professional one (Business or Creator) and link it to a Facebook page, in the app under"
    " Settings, Account type and tools.",
    "On developers.facebook.com, signed in as an admin of that page, make an app of the kind Business, or take the one that"
    " you made for Facebook, and leave it in development: for its own people no review is needed.",
    "Add Facebook Login for Business and enter the callback address shown below under Valid OAuth Redirect URIs.",
    "Copy app ID and app secret from App settings, Basic, and paste them here.",
    "To be told of comments at once, add Webhooks to the app; the page /hooks/meta/ of this house says what to enter.",
)
CONNECT_GUIDE = (
    "Go on there: Facebook asks which page and which Instagram account Livingroom may use. Allow all that it lists.",
    "Posts need a picture at a public address, because Instagram fetches it itself: this house must be reachable from outside.",
)
WHY_NOT = {
    "edit": "Instagram lets nobody change a post from outside; only its own app can.",
    "react": "Instagram lets nobody like from outside; only its own app can.",
    "card": "Instagram has no links under posts: the address stands in the words, where nobody can click on it.",
    "reactions": "Instagram does not tell who liked; the counts are read.",
    "followers": "Instagram does not list followers; their number is read.",
    "text": "Instagram has no posts without a picture.",
}
