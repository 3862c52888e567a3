"""What an event was announced with, and what came of it."""

from django.db import models
from django.db.models import Q

from livingroom.community.events.models.events import Event
from livingroom.ideas.models import Idea
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff
from livingroom.posts.models import Post


class EventPost(models.Model):
    """A post that announces an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="event_posts")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["event", "post"], name="event_post_once")]

    def __str__(self) -> str:
        return f"{self.post_id} announces {self.event_id}"


class CameOfIt(models.Model):
    """A conversation or an idea that somebody of ours put down to an event; taken away again, the row stays."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="came_of_it")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    idea = models.ForeignKey(Idea, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "conversation"],
                condition=Q(undone_at=None),
                name="came_of_event_conversation",
            ),
            models.UniqueConstraint(
                fields=["event", "idea"], condition=Q(undone_at=None), name="came_of_event_idea"
            ),
        ]

    def __str__(self) -> str:
        return f"of event {self.event_id}"
