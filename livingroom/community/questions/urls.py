from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.community.questions import public, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("questions/", public.questions, name="questions"),
    path("questions/feed.atom", public.questions_atom, name="questions_atom"),
    path("questions/ask/", public.question_ask, name="question_ask"),
    path("questions/ask/send/", public.question_send, name="question_send"),
    path("questions/<int:pk>/", public.question, name="question"),
    path("questions/<int:pk>/answer/", public.question_answer, name="question_answer"),
    path("questions/<int:pk>/follow/", public.question_follow, name="question_follow"),
    path("questions/answers/<int:pk>/accept/", public.answer_deed, {"what": "accept"}, name="answer_accept"),
    path("questions/answers/<int:pk>/thank/", public.answer_deed, {"what": "thank"}, name="answer_thank"),
    path("community/questions/", views.desk, name="community_questions"),
    path("community/questions/waiting/", views.queue, name="community_queue"),
    path("community/questions/custom/", views.custom, name="community_question_custom"),
    re_path(
        r"^community/questions/(?P<kind>question|answer)/(?P<pk>\d{1,18})/rule/$",
        views.rule,
        name="community_rule",
    ),
    path("community/questions/<int:pk>/", views.detail, name="community_question"),
    path(
        "community/questions/<int:pk>/accept/<int:answer_id>/",
        views.accept_answer,
        name="community_question_accept",
    ),
]
