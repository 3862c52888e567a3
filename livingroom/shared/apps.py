from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "livingroom.shared"
    label = "shared"
