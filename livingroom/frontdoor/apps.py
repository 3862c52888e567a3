from django.apps import AppConfig


class FrontdoorConfig(AppConfig):
    name = "livingroom.frontdoor"
    label = "frontdoor"

    def ready(self) -> None:
        from livingroom.frontdoor.languages import country_names
        from livingroom.ideas.portal.tongue import add_country_names

        add_country_names(country_names)

        from livingroom.shared.street import WORDS, add_room

        add_room("front_door", {language: words["home"] for language, words in WORDS.items()}, position=10)
