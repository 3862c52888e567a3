"""The sandbox's own tables: what a network would keep on its side. Nothing of Livingroom refers to them."""

import secrets

from django.db import models


def new_token() -> str:
    return f"sandbox-{secrets.token_urlsafe(24)}"


class SandboxAccount(models.Model):
    """Anybody on the sandbox: our branches and the public alike."""

    handle = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120, blank=True)
    token = models.CharField(max_length=64, default=new_token, unique=True)
    token_is_revoked = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"@{self.handle}"


class SandboxPostQuerySet(models.QuerySet["SandboxPost"]):
    def standing(self) -> "SandboxPostQuerySet":
        return self.filter(deleted_at=None)

    def with_author(self) -> "SandboxPostQuerySet":
        return self.select_related("author")


class SandboxPost(models.Model):
    """A post or an answer. The key is only noted, never used to refuse a second one: a double post must be seen."""

    author = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="posts")
    key = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    facets = models.JSONField(default=list)
    card = models.JSONField(null=True, blank=True)
    in_reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = SandboxPostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["author", "-created_at"], name="sandbox_timeline"),
            models.Index(fields=["author", "key"], name="sandbox_post_key"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.text[:40]}"


class SandboxPicture(models.Model):
    """A picture somebody uploaded; until a post names it, it stands nowhere."""

    account = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(SandboxPost, null=True, on_delete=models.CASCADE, related_name="pictures")
    place = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField()
    media_type = models.CharField(max_length=20)
    alt = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.alt or f"picture {self.pk}"


class SandboxReaction(models.Model):
    class Kind(models.TextChoices):
        LIKE = "like", "Like"
        REPOST = "repost", "Repost"

    post = models.ForeignKey(SandboxPost, on_delete=models.CASCADE, related_name="reactions")
    account = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=8, choices=Kind)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "account", "kind"], name="sandbox_reacts_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} {self.post_id}"


class SandboxFollow(models.Model):
    follower = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="follows")
    followed = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="followers")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "followed"], name="sandbox_follows_once")]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class SandboxNotice(models.Model):
    """What an account is told about, in the order it happened: the row's number is the cursor."""

    account = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="notices")
    stream = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    actor = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(SandboxPost, null=True, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(SandboxPost, null=True, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "stream", "id"], name="sandbox_notices")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.account_id}"


class SandboxFault(models.Model):
    """A failure waiting for the next requests of an account."""

    class Kind(models.TextChoices):
        ACCEPT_THEN_TIMEOUT = "accept_then_timeout", "Does the work, then the answer is lost"
        TIMEOUT = "timeout", "Does nothing, and no answer comes"
        TOO_MANY = "too_many", "429 with the time to come back"
        TOO_MANY_NO_TIME = "too_many_no_time", "429 without a time"
        REVOKED = "revoked", "401: the token has been revoked, until connected again"
        FORBIDDEN = "forbidden", "403: a right is missing"
        UNAVAILABLE = "unavailable", "503"
        SLOW = "slow", "Answers after some seconds"
        GARBLED = "garbled", "Answers what no documentation knows"
        CURSOR_LOST = "cursor_lost", "Forgets where reading stood"

    account = models.ForeignKey(SandboxAccount, on_delete=models.CASCADE, related_name="faults")
    kind = models.CharField(max_length=24, choices=Kind)
    n_remaining = models.PositiveIntegerField(default=1)
    only_writes = models.BooleanField(default=False)
    seconds = models.FloatField(default=1)

    def __str__(self) -> str:
        return f"{self.kind} × {self.n_remaining}"
