from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "livingroom.networks"
    label = "networks"
