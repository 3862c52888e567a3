"""Ideas, and what was merged into what."""

from django.db import models
from django.db.models import Q

from livingroom.ideas.models.boards import Board, Category, Storm
from livingroom.people.models import Member, Staff


class IdeaQuerySet(models.QuerySet["Idea"]):
    def public(self) -> "IdeaQuerySet":
        """What stands in the lists."""
        return self.filter(standing=Idea.Standing.PUBLIC)

    def owed(self) -> "IdeaQuerySet":
        """Above the line, and not decided."""
        return self.public().filter(above_line_at__isnull=False, state__in=Idea.OPEN)


class Idea(models.Model):
    """What somebody proposes. Counters and keys are kept by `ideas.counting`, from the votes, and from nothing else."""

    class Standing(models.TextChoices):
        PENDING = "pending", "Waits for its author’s letter"
        ASKED = "asked", "Waits for the consent of who said it"
        HELD = "held", "Waits for a person of ours"
        PUBLIC = "public", "Public"
        MERGED = "merged", "Merged into another"
        ARCHIVED = "archived", "Archived"
        WITHDRAWN = "withdrawn", "Withdrawn by its author"
        REMOVED = "removed", "Removed"

    class State(models.TextChoices):
        NEW = "new", "New"
        UNDER_REVIEW = "under_review", "Under review"
        PLANNED = "planned", "Planned"
        BUILDING = "building", "Building"
        SHIPPED = "shipped", "Shipped"
        DECLINED = "declined", "Declined"

    OPEN = (State.NEW, State.UNDER_REVIEW)  # an answer is owed
    VOTABLE = (State.NEW, State.UNDER_REVIEW, State.PLANNED, State.BUILDING)

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="ideas")
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="ideas"
    )
    storm = models.ForeignKey(Storm, null=True, blank=True, on_delete=models.SET_NULL, related_name="ideas")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="ideas",
        help_text="Who proposed it; nobody, when it came from what somebody said elsewhere.",
    )  # fmt: skip
    credited_name = models.CharField(
        max_length=80, blank=True, help_text="Whom it is credited to, when no member proposed it."
    )
    credited_url = models.CharField(max_length=1000, blank=True)
    title = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    country = models.CharField(max_length=2, blank=True)
    standing = models.CharField(max_length=10, choices=Standing)
    standing_because = models.CharField(max_length=500, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged"
    )
    returns_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="returned",
        help_text="An older idea that was declined and that this one brings back.",
    )  # fmt: skip
    made_at = models.DateTimeField()
    public_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)

    # Duty
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    state_at = models.DateTimeField()
    owner = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="ideas_owned"
    )
    above_line_at = models.DateTimeField(null=True, blank=True, help_text="When it was first owed an answer.")
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When we first answered it with a reason."
    )
    shipped_url = models.URLField(max_length=1000, blank=True)

    # Counters and keys
    n_for = models.PositiveIntegerField(default=0)
    n_against = models.PositiveIntegerField(default=0)
    n_withheld = models.PositiveIntegerField(default=0)
    n_comments = models.PositiveIntegerField(default=0)
    n_followers = models.PositiveIntegerField(default=0)
    n_shown = models.PositiveIntegerField(
        default=0,
        help_text="Who saw it, in a list or alone: a member once, a visitor without a name once a day.",
    )
    n_members_saw = models.PositiveIntegerField(
        default=0, help_text="Those of `n_shown` who were signed in, and had not voted for it before."
    )
    n_member_looks = models.PositiveIntegerField(
        default=0, help_text="Days on which members looked at it, all of them: how often people come again."
    )
    last_vote_at = models.DateTimeField(null=True, blank=True)
    n_recent = models.IntegerField(
        default=0, help_text="Votes of the last 30 days as of `now_at`, those against taken off."
    )
    now_score = models.FloatField(default=0.0, help_text="Key of the list “now”, as of `now_at`.")
    now_at = models.DateTimeField(null=True, blank=True)
    popular_key = models.FloatField(
        default=0.0, help_text="Key of the list “popular”; compares at any moment."
    )

    # Likeness
    vector = models.BinaryField(null=True, blank=True, help_text="What it means, as 384 signed bytes.")
    vector_model = models.CharField(max_length=40, blank=True)
    vector_at = models.DateTimeField(
        null=True, blank=True, help_text="When its words were last taken in; empty while they wait for it."
    )

    # Brought along from another portal
    n_brought = models.PositiveIntegerField(
        default=0, help_text="Votes on the portal it came from. Shown beside ours; they count for no rank."
    )

    objects = IdeaQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["board", "-now_score", "-id"], condition=Q(standing="public"), name="idea_now"
            ),
            models.Index(
                fields=["board", "-popular_key", "-id"], condition=Q(standing="public"), name="idea_popular"
            ),
            models.Index(
                fields=["board", "-public_at", "-id"], condition=Q(standing="public"), name="idea_new"
            ),
            models.Index(
                fields=["board", "state", "-state_at"], condition=Q(standing="public"), name="idea_by_state"
            ),
            models.Index(
                fields=["board", "-n_for", "-id"], condition=Q(standing="public"), name="idea_most_wanted"
            ),
            models.Index(
                fields=["board", "-state_at", "-id"],
                condition=Q(standing="public", answered_at__isnull=False),
                name="idea_answered",
            ),
            models.Index(
                fields=["due_at"], condition=Q(standing="public", answered_at=None), name="idea_due"
            ),
            models.Index(
                fields=["now_at"], condition=Q(standing="public", now_score__gt=0), name="idea_now_to_renew"
            ),
            models.Index(fields=["standing", "id"], name="idea_by_standing"),
            models.Index(fields=["board", "vector_at"], name="idea_taken_in"),
            models.Index(fields=["id"], condition=Q(vector_at=None), name="idea_to_take_in"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(standing="merged") | Q(merged_into__isnull=False),
                name="idea_merged_into_something",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def author_name(self) -> str:
        return self.credited_name or (self.member.name if self.member else "Somebody")


class IdeaMerge(models.Model):
    """Two ideas were found to be one. Votes, words and followers stay rows of their idea; only what they count for changes."""

    kept = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="merges_kept")
    other = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="merges_left")
    reason = models.TextField()
    standing_before = models.CharField(
        max_length=10, choices=Idea.Standing, default=Idea.Standing.PUBLIC, help_text="Of the other."
    )
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["other"], condition=Q(undone_at=None), name="idea_merged_once")
        ]

    def __str__(self) -> str:
        return f"{self.other} is {self.kept}"


class NotTheSame(models.Model):
    """A person looked at two ideas that are alike and found them to be two: they are not proposed for merging again."""

    one = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+", help_text="The older.")
    other = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="not_the_same_once")]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class UnderSeen(models.Model):
    """The places for ideas that few have seen yet: drawn anew every few minutes, the best draw first."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["board", "place"], name="under_seen_place_once")]

    def __str__(self) -> str:
        return f"{self.place}: {self.idea_id}"
