from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "livingroom.claims"
    label = "claims"
