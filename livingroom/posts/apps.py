from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "livingroom.posts"
    label = "posts"

    def ready(self) -> None:
        from livingroom.posts.persons import take_part

        take_part()

        from livingroom.posts.audience import follow_version
        from livingroom.segments.signals import version_made

        version_made.connect(follow_version)
