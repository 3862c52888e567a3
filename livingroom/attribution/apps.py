from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "livingroom.attribution"
    label = "attribution"
