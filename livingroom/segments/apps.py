from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "livingroom.segments"
    label = "segments"

    def ready(self) -> None:
        from livingroom.segments.own_facts import add_own_facts

        add_own_facts()

        from livingroom.segments.persons import take_part

        take_part()
