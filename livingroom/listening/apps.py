from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "livingroom.listening"
    label = "listening"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from livingroom.listening.hearing import follow_deletions, hear_events
        from livingroom.networks.reactions.models import Reaction
        from livingroom.networks.signals import events_heard

        events_heard.connect(hear_events)
        post_save.connect(follow_deletions, sender=Reaction)

        from livingroom.listening.persons import take_part

        take_part()

        from livingroom.listening.topics.audience import follow_version
        from livingroom.segments.signals import version_made

        version_made.connect(follow_version)
