from django.urls import path

from livingroom.inbox.company import views

urlpatterns = [
    path("inbox/<int:pk>/note/", views.note, name="note"),
    path("inbox/<int:pk>/here/", views.presence, name="presence"),
    path("inbox/<int:pk>/follow/", views.follow_it, name="follow"),
    path("inbox/<int:pk>/remind/", views.remind_us, name="remind"),
    path("inbox/reminders/<int:reminder_id>/", views.reminder_settle, name="reminder_settle"),
    path("inbox/for-you/", views.notices, name="notices"),
    path("stop-telling/<str:token>/", views.stop_telling, name="stop_telling"),
]
