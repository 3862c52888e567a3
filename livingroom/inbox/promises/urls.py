from django.urls import path

from livingroom.inbox.promises import views

urlpatterns = [
    path("inbox/promises/", views.promises, name="promises"),
    path("inbox/promises/opening-again/", views.reopening, name="reopening"),
    path("inbox/promises/new/", views.level_edit, name="promise_new"),
    path("inbox/promises/<int:level_id>/", views.level_edit, name="promise"),
    path("inbox/promises/hours/new/", views.calendar_edit, name="business_hours_new"),
    path("inbox/promises/hours/<int:calendar_id>/", views.calendar_edit, name="business_hours"),
]
