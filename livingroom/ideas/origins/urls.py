from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.ideas.origins import public, views

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(
        r"^desk/ideas/from/(?P<source>mention|conversation)/(?P<pk>\d+)/$", views.idea_from, name="idea_from"
    ),
    path("desk/ideas/<int:pk>/ask/", views.consent_ask, name="consent_ask"),
    path("desk/ideas/<int:pk>/consent/", views.consent_note, name="consent_note"),
    path("desk/ideas/<int:pk>/evidence/", views.evidence_attach, name="evidence_attach"),
    path("desk/ideas/evidence/<int:pk>/detach/", views.evidence_detach, name="evidence_detach"),
    path("desk/ideas/topics/<int:pk>/detach/", views.topic_detach, name="idea_topic_detach"),
    path("ideas/consent/<str:secret>/", public.idea_consent, name="idea_consent"),
]
