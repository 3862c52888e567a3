from django.urls import URLPattern, path

from livingroom.inbox.mail import views

urlpatterns: list[URLPattern] = [
    path("inbox/mailboxes/", views.mailboxes, name="mailboxes"),
    path("inbox/mailboxes/<int:pk>/", views.mailbox, name="mailbox"),
    path("inbox/files/<int:pk>/", views.attachment, name="mail_attachment"),
]
