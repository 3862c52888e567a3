from datetime import datetime
from typing import Any

from django.db import models

from livingroom.branches.models import Branch
from livingroom.people.models import Staff


class ApprovalStage(models.Model):
    """One yes that a branch wants before anything goes out there. Stages are asked one after the other."""

    class By(models.TextChoices):
        COMMUNITY_MANAGER = "community_manager", "A community manager or above"
        MANAGER = "manager", "A manager or an admin"
        ADMIN = "admin", "An admin"
        GUEST = "guest", "A guest, by a link or signed in"

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="approval_stages")
    place = models.PositiveSmallIntegerField(help_text="1 is asked first.")
    name = models.CharField(max_length=60)
    by = models.CharField(max_length=20, choices=By, default=By.MANAGER)
    answer_within_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    holds_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["branch", "place"]
        constraints = [models.UniqueConstraint(fields=["branch", "place"], name="approval_stage_order")]

    def __str__(self) -> str:
        return self.name


class ApprovalTiming(models.Model):
    """How far a branch lets a time move that was approved. Without a row: within its day."""

    class MayMove(models.TextChoices):
        HOUR = "hour", "by an hour"
        DAY = "day", "within its day"
        WEEK = "week", "within its week"
        ANY = "any", "freely"

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="approval_timing")
    may_move = models.CharField(max_length=4, choices=MayMove, default=MayMove.DAY)

    def __str__(self) -> str:
        return f"{self.branch}: {self.get_may_move_display()}"


class PlacementVersion(models.Model):
    """What a placement said at one time: the thing that is approved. Rows are only ever added."""

    placement = models.ForeignKey("posts.Placement", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was to go out; empty where it had no time yet."
    )
    written_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    answer_by_at = models.DateTimeField(
        null=True, blank=True, help_text="After this it must be asked for again."
    )

    class Meta:
        ordering = ["placement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "number"], name="placement_version_number")
        ]
        indexes = [models.Index(fields=["asked_at"], name="version_asked")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.placement}"

    def is_asked_at(self, now: datetime) -> bool:
        return self.asked_at is not None and (self.answer_by_at is None or self.answer_by_at > now)

    def said(self, name: str) -> Any:
        return self.content.get(name, "")


class GuestLink(models.Model):
    """Lets one person outside decide on one version at one stage, once."""

    version = models.ForeignKey(PlacementVersion, on_delete=models.CASCADE, related_name="guest_links")
    stage = models.ForeignKey(ApprovalStage, on_delete=models.CASCADE, related_name="+")
    guest = models.CharField(max_length=80)
    nonce_digest = models.CharField(max_length=64, help_text="The link itself is kept nowhere.")
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.guest}"

    def is_live_at(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and self.ends_at > now


class Approval(models.Model):
    """Somebody's word on one version at one stage: yes, or no with a reason. Rows are only ever added."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Sent back"

    version = models.ForeignKey(PlacementVersion, on_delete=models.CASCADE, related_name="approvals")
    stage = models.ForeignKey(ApprovalStage, null=True, on_delete=models.SET_NULL, related_name="approvals")
    stage_name = models.CharField(max_length=60)
    verdict = models.CharField(max_length=8, choices=Verdict)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    guest_link = models.ForeignKey(
        GuestLink, null=True, blank=True, on_delete=models.SET_NULL, related_name="approvals"
    )
    who = models.CharField(max_length=120, help_text="As it was then.")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    holds_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.who}: {self.get_verdict_display().lower()}"
