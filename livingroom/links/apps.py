from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "livingroom.links"
    label = "links"
