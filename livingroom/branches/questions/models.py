from django.db import models


class SolvedQuestion(models.Model):
    """A question of a forum that has an accepted answer, as the forum listed it when it was last read."""

    branch = models.ForeignKey("branches.Branch", on_delete=models.CASCADE, related_name="solved_questions")
    remote_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500)
    solved_at = models.DateTimeField(help_text="Of the newest post that the forum names for it.")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["-solved_at"]
        constraints = [models.UniqueConstraint(fields=["branch", "remote_id"], name="solved_question_once")]

    def __str__(self) -> str:
        return self.title
