"""What a person is told when connecting X."""

from livingroom.networks.connecting import ConnectField

DAILY_BUDGET = "1.00"

APP_FIELDS = (
    ConnectField("client_id", "Client ID", "Of your X app: under Keys and tokens, OAuth 2.0."),
    ConnectField(
        "client_secret",
        "Client secret",
        "Shown beside it, once. Leave it empty for an app of the type Native App.",
        secret=True,
        required=False,
    ),
)
APP_GUIDE = (
    "On console.x.com, signed in with any account of yours, make a project with one app, and buy some credit.",
    "In the app open User authentication settings: permission Read and write, type Web App, and as callback address the"
    " one shown below, letter for letter.",
    "Copy client ID and client secret from Keys and tokens and paste them here. Nobody reviews the app.",
)
CONNECT_FIELDS = (
    ConnectField(
        "daily_budget",
        "Budget for reading, in dollars a day",
        "Each post that is read costs 0.005 $. When the day's budget is used up, reading waits for tomorrow.",
        required=False,
        initial=DAILY_BUDGET,
    ),
)
CONNECT_GUIDE = (
    "Sign in to X as the brand in this browser, then go on there: X asks whether Livingroom may post and read.",
    "Fifteen minutes the first time, one minute for each further account. A post costs 0.015 $, with a link 0.20 $.",
)
WHY_NOT = {
    "edit": "X lets only paying accounts edit, within an hour and only in its own apps: delete the post and write it again.",
    "webhook": "X sends activity only to companies with a contract; Livingroom asks.",
    "card": "X makes the card itself from the page behind the link.",
    "followers": "X lists followers at a price for each person; their number is read.",
    "follower_names": "X lists followers at 0.005 $ for each person, each time; their number is read.",
}
