from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "livingroom.posts"
    label = "posts"
