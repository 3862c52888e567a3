from django.urls import path

from livingroom.inbox.routing import views

urlpatterns = [
    path("inbox/routing/", views.routing, name="routing"),
    path("inbox/routing/new/", views.rule_edit, name="routing_rule_new"),
    path("inbox/routing/<int:rule_id>/", views.rule_edit, name="routing_rule"),
    path("inbox/routing/<int:rule_id>/delete/", views.rule_delete, name="routing_rule_delete"),
    path("inbox/routing/desks/<int:staff_id>/", views.desk_set, name="desk_set"),
    path("inbox/<int:conversation_id>/pick/", views.pick, name="conversation_pick"),
]
