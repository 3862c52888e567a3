from django.urls import URLPattern, URLResolver, path

from livingroom.networks import account_views, connect_views, spending_views, views
from livingroom.networks.discourse.door import discourse_door
from livingroom.networks.facebook.door import meta_door
from livingroom.networks.feeds.endpoints import feed_hub
from livingroom.networks.webhook import doors
from livingroom.networks.webmention import endpoints as mention_doors
from livingroom.networks.webmention import views as mention_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("networks/", connect_views.networks, name="networks"),
    path("networks/go/", connect_views.connect_go, name="connect_go"),
    path("networks/return/", connect_views.connect_return, name="connect_return"),
    path("networks/choose/", connect_views.connect_choose, name="connect_choose"),
    path("networks/spending/", spending_views.spending, name="spending"),
    path(
        "networks/accounts/<int:number>/spending/",
        spending_views.account_spending,
        name="network_account_spending",
    ),
    path("networks/accounts/<int:number>/", account_views.account, name="network_account"),
    path("networks/accounts/<int:number>/check/", account_views.account_check, name="network_account_check"),
    path(
        "networks/accounts/<int:number>/disconnect/",
        account_views.account_disconnect,
        name="network_account_disconnect",
    ),
    path("hooks/meta/", meta_door, name="meta_door"),
    path("hooks/discourse/", discourse_door, name="discourse_door"),
    path("hooks/places/<slug:account>/", doors.place_events, name="place_events"),
    path("hooks/places/<slug:account>/posts/", doors.place_posts, name="place_posts"),
    path("networks/places/<slug:account>/", doors.place_page, name="place_page"),
    path("networks/places/<slug:account>/secret/", doors.place_secret, name="place_secret"),
    path("networks/<slug:name>/", connect_views.network, name="network"),
    path("networks/<slug:name>/app/", connect_views.network_app, name="network_app"),
    path("networks/<slug:name>/app/forget/", connect_views.network_app_forget, name="network_app_forget"),
    path("networks/<slug:name>/check/", connect_views.network_check, name="network_check"),
    path("networks/<slug:name>/connect/", connect_views.network_connect, name="network_connect"),
    path("sandbox/pictures/<int:number>/", views.sandbox_picture, name="sandbox_picture"),
    path("sandbox/<str:handle>/", views.sandbox_timeline, name="sandbox_timeline"),
    path("sandbox/<str:handle>/faults/", views.sandbox_fault, name="sandbox_fault"),
    path("sandbox/<str:handle>/calm/", views.sandbox_calm, name="sandbox_calm"),
    path("sandbox/<str:handle>/posts/<int:number>/answers/", views.sandbox_answer, name="sandbox_answer"),
    path("webmention/", mention_doors.webmention, name="webmention"),
    path("pingback/", mention_doors.pingback_door, name="pingback"),
    path("mentions/", mention_views.mentions, name="mentions"),
    path("mentions/announce/", mention_views.announce, name="announce_mentions"),
    path("mentions/<int:number>/hide/", mention_views.hide, name="hide_mention"),
    path("feeds/hub/<str:token>/", feed_hub, name="feed_hub"),
]
