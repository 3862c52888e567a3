from django.apps import AppConfig


class FrontdoorConfig(AppConfig):
    name = "livingroom.frontdoor"
    label = "frontdoor"
