from django.urls import URLPattern, URLResolver, path

from livingroom.posts.views import calendar, compose, offers, placements

urlpatterns: list[URLPattern | URLResolver] = [
    path("offers/", offers.offer_list, name="offers"),
    path("offers/new/", offers.offer_edit, name="offer_new"),
    path("offers/<int:offer_id>/", offers.offer_edit, name="offer"),
    path("posts/", calendar.post_list, name="posts"),
    path("posts/new/", compose.compose, name="compose"),
    path("posts/<int:post_id>/", compose.compose, name="post"),
    path("placements/<int:placement_id>/cancel/", placements.cancel, name="placement_cancel"),
    path("placements/<int:placement_id>/reschedule/", placements.reschedule, name="placement_reschedule"),
    path("placements/<int:placement_id>/override/", placements.override, name="placement_override"),
    path("placements/<int:placement_id>/settle/", placements.settle_now, name="placement_settle"),
    path("placements/<int:placement_id>/codes.csv", placements.codes_csv, name="placement_codes"),
    path("calendar/", calendar.calendar, name="calendar"),
]
