from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "livingroom.attribution"
    label = "attribution"

    def ready(self) -> None:
        from livingroom.attribution.persons import take_part

        take_part()
