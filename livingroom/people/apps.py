from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "livingroom.people"
    label = "people"
