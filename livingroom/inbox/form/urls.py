from django.urls import URLPattern, path

from livingroom.inbox.form import views

urlpatterns: list[URLPattern] = [path("contact/", views.contact, name="contact")]
