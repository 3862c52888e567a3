from django.urls import URLPattern, path

from livingroom.people.members import staff_views, views

urlpatterns: list[URLPattern] = [
    path("customers/members/<int:pk>/close/", staff_views.member_close, name="member_close"),
    path("me/", views.me, name="member"),
    path("me/sign-in/", views.sign_in, name="member_sign_in"),
    path("me/take/", views.take, name="member_take"),
    path("me/leave/", views.leave, name="member_leave"),
    path("me/sign-out/", views.sign_out, name="member_sign_out"),
    path("me/letter/<str:secret>/", views.letter, name="member_letter"),
    path("me/stop/<str:token>/", views.stop, name="member_stop"),
]
