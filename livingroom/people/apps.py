from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "livingroom.people"
    label = "people"

    def ready(self) -> None:
        from livingroom.people.wiring import take_part

        take_part()
