from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "livingroom.community"
    label = "community"

    def ready(self) -> None:
        from livingroom.community.wiring import wire

        wire()
