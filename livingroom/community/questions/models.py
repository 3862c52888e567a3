"""Questions and their answers, by anybody who showed that their address is theirs, and by us."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from livingroom.branches.models import Host
from livingroom.inbox.models import Conversation, Ruling
from livingroom.people.models import Member, Staff


class Standing(models.TextChoices):
    PUBLIC = "public", "Public"
    HELD = "held", "Waits for a person of ours"
    HIDDEN = "hidden", "Hidden"


class QuestionQuerySet(models.QuerySet["Question"]):
    def public(self) -> "QuestionQuerySet":
        return self.filter(standing=Standing.PUBLIC)

    def unanswered(self) -> "QuestionQuerySet":
        return self.public().filter(n_answers=0)

    def solved(self) -> "QuestionQuerySet":
        return self.public().filter(accepted__isnull=False)


class Question(models.Model):
    """What somebody wants to know. Counters are kept by `questions.counting`, from the answers."""

    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    group = models.ForeignKey(
        "community.Group", null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    title = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    asked_at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="Of the last word.")
    standing = models.CharField(max_length=6, choices=Standing, default=Standing.PUBLIC)
    standing_because = models.CharField(max_length=300, blank=True)
    spam_share = models.FloatField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    n_answers = models.PositiveIntegerField(default=0)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.ForeignKey(
        "community.QuestionAnswer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    solved_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it became a case, as nobody had answered."
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    vector = models.BinaryField(null=True, blank=True, help_text="What it means, as 384 signed bytes.")
    vector_model = models.CharField(max_length=40, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], condition=Q(standing="public"), name="question_newest"),
            models.Index(
                fields=["asked_at"], condition=Q(standing="public", n_answers=0), name="question_unanswered"
            ),
            models.Index(
                fields=["-solved_at"],
                condition=Q(standing="public", accepted__isnull=False),
                name="question_solved",
            ),
            models.Index(fields=["standing"], condition=~Q(standing="public"), name="question_to_look_at"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("question", args=[self.pk])

    @property
    def asker_name(self) -> str:
        return self.member.name if self.member else "Somebody"


class QuestionAnswer(models.Model):
    """What somebody answered: a member, or one of us under their own name."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="question_answers"
    )
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    host = models.ForeignKey(Host, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    standing = models.CharField(max_length=6, choices=Standing, default=Standing.PUBLIC)
    standing_because = models.CharField(max_length=300, blank=True)
    spam_share = models.FloatField(null=True, blank=True)
    ruling = models.ForeignKey(Ruling, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    n_thanks = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["question", "at"], name="answer_of_question"),
            models.Index(fields=["standing"], condition=~Q(standing="public"), name="answer_to_look_at"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_ours(self) -> bool:
        return self.staff_id is not None or self.host_id is not None

    @property
    def author_name(self) -> str:
        named = self.host or self.staff or self.member
        return named.name if named else "Somebody"


class AnswerThanks(models.Model):
    """A member was helped by an answer."""

    answer = models.ForeignKey(QuestionAnswer, on_delete=models.CASCADE, related_name="thanks")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "member"], name="answer_thanked_once")]

    def __str__(self) -> str:
        return f"{self.member_id} thanks {self.answer_id}"


class QuestionFollow(models.Model):
    """A member hears of new answers, until they end it."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "member"], name="question_followed_once")]

    def __str__(self) -> str:
        return f"{self.member_id} follows {self.question_id}"


class QuestionCustom(models.Model):
    """How the house keeps its questions: a single row."""

    case_after_hours = models.PositiveSmallIntegerField(
        default=24, help_text="A question that nobody answered for so long becomes a case in the inbox."
    )
    looks_first = models.BooleanField(
        default=False, help_text="A person looks at a newcomer's first words before others see them."
    )

    def __str__(self) -> str:
        return f"a case after {self.case_after_hours} hours"

    @classmethod
    def current(cls) -> "QuestionCustom":
        return cls.objects.get_or_create(pk=1)[0]
