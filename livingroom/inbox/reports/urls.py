from django.urls import path, re_path

from livingroom.inbox.reports import views

urlpatterns = [
    path("service/", views.service, name="service"),
    path("service/cases/", views.cases, name="service_cases"),
    path("service/community/", views.community, name="service_community"),
    re_path(r"^service/file\.(?P<kind>csv|json)$", views.service_file, name="service_file"),
]
