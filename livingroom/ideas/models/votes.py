"""Votes, and who was shown what."""

from django.db import models
from django.db.models import Q

from livingroom.ideas.models.boards import Board
from livingroom.ideas.models.ideas import Idea
from livingroom.people.models import Member


class Vote(models.Model):
    """One member's word on one idea. It counts for `root`: the idea itself, or the one that was merged with."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="votes")
    root = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="votes_counted")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="votes")
    sign = models.SmallIntegerField(choices=[(1, "For"), (-1, "Against")], default=1)
    at = models.DateTimeField()
    stands = models.BooleanField(
        default=True, help_text="Not when its member has another vote that counts for the same root."
    )
    withheld_at = models.DateTimeField(
        null=True, blank=True, help_text="Does not count while a person looks at it."
    )
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="Taken back while it was withheld: the row stays to be looked at."
    )
    same_person_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Does not count since then: the same person voted for this root from another address before.",
    )
    review = models.ForeignKey(
        "ideas.VoteReview", null=True, blank=True, on_delete=models.SET_NULL, related_name="votes"
    )
    network = models.CharField(max_length=24, blank=True)
    agent = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "member"], name="vote_once"),
            models.UniqueConstraint(
                fields=["root", "member"], condition=Q(stands=True), name="vote_counts_once"
            ),
            models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="vote_is_for_or_against"),
        ]
        indexes = [
            models.Index(fields=["root", "at"], name="vote_of_root"),
            models.Index(fields=["member", "at"], name="vote_of_member"),
            models.Index(fields=["at"], name="vote_by_time"),
            models.Index(
                fields=["root"], condition=Q(same_person_at__isnull=False), name="vote_of_same_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.idea_id}: {self.sign:+d}"

    @property
    def counts(self) -> bool:
        """The same as `ideas.counting.COUNTS`, of one row."""
        return self.stands and self.withheld_at is None and self.same_person_at is None


class Showing(models.Model):
    """One page that showed ideas to one visitor; folded into the ideas' counters, then thrown away."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    visitor = models.CharField(max_length=24, help_text="A name for one day.")
    member = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Who was signed in.",
    )
    ideas = models.JSONField()
    at = models.DateTimeField(db_index=True)
    folded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(folded_at=None), name="showing_to_fold"),
            models.Index(fields=["visitor", "id"], name="showing_of_visitor"),
        ]

    def __str__(self) -> str:
        return f"{len(self.ideas)} ideas at {self.at:%H:%M}"


class Seen(models.Model):
    """Which ideas a member has seen while signed in, so that each counts as shown to them once. It goes with the member."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    ideas = models.JSONField(help_text="Their numbers.")

    def __str__(self) -> str:
        return f"{self.member_id} saw {len(self.ideas)} ideas"
