from django.urls import URLPattern, URLResolver, include, path

from livingroom.inbox.answering.urls import urlpatterns as answering
from livingroom.inbox.company.urls import urlpatterns as company
from livingroom.inbox.csat.urls import urlpatterns as csat
from livingroom.inbox.knowledge.urls import urlpatterns as knowledge
from livingroom.inbox.letters.urls import urlpatterns as letters
from livingroom.inbox.live import views as live
from livingroom.inbox.moderation.urls import urlpatterns as moderation
from livingroom.inbox.replies.urls import urlpatterns as replies
from livingroom.inbox.rules.urls import urlpatterns as rules
from livingroom.inbox.views import conversation, doing, joining, listing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("livingroom.inbox.answering.urls")),
    path("", include("livingroom.inbox.company.urls")),
    path("", include("livingroom.inbox.form.urls")),
    path("", include("livingroom.inbox.mail.urls")),
    path("", include("livingroom.inbox.promises.urls")),
    path("", include("livingroom.inbox.replies.urls")),
    path("", include("livingroom.inbox.reports.urls")),
    path("", include("livingroom.inbox.routing.urls")),
    path("inbox/", listing.inbox, name="inbox"),
    path("inbox/<int:pk>/", conversation.conversation, name="conversation"),
    path("inbox/stream", live.stream, name="inbox_stream"),
    path("inbox/do/<slug:deed>/", doing.do, name="inbox_do"),
    path("inbox/<int:pk>/merge/", joining.merge, name="conversation_merge"),
    path("inbox/<int:pk>/split/", joining.split, name="conversation_split"),
    path("inbox/joinings/<int:pk>/undo/", joining.undo, name="joining_undo"),
    path("inbox/<int:pk>/same-person/", joining.same_person, name="conversation_same_person"),
    path(
        "inbox/<int:pk>/same-person/<int:merge_id>/undo/",
        joining.not_same_person,
        name="conversation_not_same_person",
    ),
    *answering,
    *company,
    *replies,
    *rules,
    *moderation,
    *letters,
    *knowledge,
    *csat,
]
