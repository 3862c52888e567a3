from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "livingroom.networks"
    label = "networks"

    def ready(self) -> None:
        from livingroom.networks.persons import take_part

        take_part()
