from django.urls import path

from livingroom.inbox.csat import views

urlpatterns = [
    path("rate/<str:key>/", views.rate_page, name="rate"),
    path("inbox/ratings/", views.csat, name="csat"),
    path("inbox/ratings/surveys/new/", views.survey_edit, name="survey_new"),
    path("inbox/ratings/surveys/<int:survey_id>/", views.survey_edit, name="survey"),
]
