from django.apps import AppConfig


class FrontdoorConfig(AppConfig):
    name = "livingroom.frontdoor"
    label = "frontdoor"

    def ready(self) -> None:
        from livingroom.frontdoor.languages import country_names
        from livingroom.ideas.portal.tongue import add_country_names

        add_country_names(country_names)
