from django.urls import path

from livingroom.inbox.rules import views

urlpatterns = [
    path("inbox/rules/", views.rules, name="rules"),
    path("inbox/rules/try/", views.rules_try, name="rules_try"),
    path("inbox/rules/new/", views.rule_edit, name="rule_new"),
    path("inbox/rules/<int:rule_id>/", views.rule_edit, name="rule"),
    path("inbox/rules/<int:rule_id>/move/", views.rule_move, name="rule_move"),
    path("inbox/rules/<int:rule_id>/delete/", views.rule_delete, name="rule_delete"),
]
