from django.urls import path

from livingroom.inbox.letters import views

urlpatterns = [
    path("inbox/dead-letters/", views.letters, name="letters"),
    path("inbox/dead-letters/<slug:kind>/replay/", views.letters_replay, name="letters_replay"),
    path("inbox/dead-letters/<slug:kind>/<int:pk>/replay/", views.letter_replay, name="letter_replay"),
    path("inbox/dead-letters/<slug:kind>/<int:pk>/drop/", views.letter_drop, name="letter_drop"),
]
