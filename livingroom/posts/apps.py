from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "livingroom.posts"
    label = "posts"

    def ready(self) -> None:
        from livingroom.posts.persons import take_part

        take_part()

        from livingroom.posts.new_versions import follow_version
        from livingroom.segments.signals import version_made
        from livingroom.segments.users import add_page

        version_made.connect(follow_version)
        add_page("post", "post")
        add_page("offer", "offer")

        from livingroom.listening.standing import add_source
        from livingroom.posts.standing import post_under

        add_source(post_under)
