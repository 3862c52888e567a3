from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "livingroom.experiments"
    label = "experiments"
