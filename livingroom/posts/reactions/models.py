"""Which branches show what was said elsewhere, and what was written there; which tell the pages that their posts link to."""

import secrets

from django.db import models


def new_key() -> str:
    return secrets.token_hex(16)


class BringHome(models.Model):
    """A branch, such as a blog, that shows what was said of its posts on other networks."""

    class How(models.TextChoices):
        COMMENT = "comment", "As comments"
        WEBMENTION = "webmention", "By Webmention"

    branch = models.OneToOneField("branches.Branch", on_delete=models.CASCADE, related_name="bring_home")
    how = models.CharField(max_length=10, choices=How, default=How.COMMENT)
    since = models.DateTimeField(help_text="What was said before stays where it is.")
    set_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["branch"]

    def __str__(self) -> str:
        return f"{self.branch}: {self.get_how_display()}"


class WrittenBack(models.Model):
    """One reaction brought to one of our own pages; it follows edits and deletions at its source."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WRITING = "writing", "Writing"
        WRITTEN = "written", "Written"
        UNKNOWN = "unknown", "Outcome unknown"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken_back", "Taken back"

    reaction = models.ForeignKey(
        "networks.Reaction", on_delete=models.SET_NULL, null=True, related_name="written"
    )
    placement = models.ForeignKey("posts.Placement", on_delete=models.CASCADE, related_name="written_back")
    how = models.CharField(max_length=10, choices=BringHome.How)
    key = models.CharField(max_length=32, unique=True, default=new_key)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    text = models.TextField(blank=True, help_text="What stands there now.")
    remote_id = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="An edit at the source after this is still to be followed."
    )
    problem = models.TextField(blank=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    try_after = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reaction", "placement"], name="reaction_written_once")
        ]
        indexes = [models.Index(fields=["state", "try_after"], name="written_try_after")]

    def __str__(self) -> str:
        return f"{self.reaction} at {self.placement}"


class TellLinked(models.Model):
    """A branch whose posts tell the pages that they link to, by Webmention or pingback."""

    branch = models.OneToOneField("branches.Branch", on_delete=models.CASCADE, related_name="tell_linked")
    since = models.DateTimeField(help_text="Posts that were out before tell nobody.")
    set_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["branch"]

    def __str__(self) -> str:
        return str(self.branch)


class Telling(models.Model):
    """The pages that one published placement links to, and whether all of them were told."""

    placement = models.OneToOneField("posts.Placement", on_delete=models.CASCADE, related_name="telling")
    try_after = models.DateTimeField()
    n_attempts = models.PositiveSmallIntegerField(default=0)
    n_told = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-try_after", "pk"]
        indexes = [models.Index(fields=["ended_at", "try_after"], name="telling_try_after")]

    def __str__(self) -> str:
        return f"pages that {self.placement} links to"
