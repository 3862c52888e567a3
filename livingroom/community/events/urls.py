from django.urls import URLPattern, URLResolver, path

from livingroom.community.events import doors, public, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", public.events, name="events"),
    path("events/calendar.ics", public.events_calendar, name="events_calendar"),
    path("events/feed.atom", public.events_atom, name="events_atom"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/rsvp/", public.event_rsvp, name="event_rsvp"),
    path("events/<slug:slug>.ics", public.event_file, name="event_file"),
    path("hooks/events/<slug:slug>/", doors.venue_door, name="venue_door"),
    path("community/events/", views.desk, name="community_events"),
    path("community/events/new/", views.edit, name="community_event_new"),
    path("community/events/venues/", views.venues, name="community_venues"),
    path("community/events/venues/<slug:slug>/secret/", views.venue_secret, name="community_venue_secret"),
    path("community/events/<int:pk>/", views.detail, name="community_event"),
    path("community/events/<int:pk>/edit/", views.edit, name="community_event_edit"),
    path(
        "community/events/<int:pk>/announce/",
        views.deed,
        {"what": "announce"},
        name="community_event_announce",
    ),
    path("community/events/<int:pk>/cancel/", views.deed, {"what": "cancel"}, name="community_event_cancel"),
    path("community/events/<int:pk>/tell/", views.tell, name="community_event_tell"),
    path("community/events/<int:pk>/posts/", views.post_attach, name="community_event_post"),
    path("community/events/<int:pk>/came-of-it/", views.attach, name="community_event_attach"),
    path(
        "community/events/<int:pk>/came-of-it/<int:row_id>/away/", views.detach, name="community_event_detach"
    ),
    path("community/events/<int:pk>/came/<int:rsvp_id>/", views.saw, name="community_event_saw"),
    path("community/events/<int:pk>/who/<int:row_id>/", views.link, name="community_event_link"),
    path("community/events/<int:pk>/announcements.csv", views.outcome_file, name="community_event_csv"),
]
