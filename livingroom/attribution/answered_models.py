"""Orders that followed an answered conversation: beside the figures of links and codes, never among them."""

from django.db import models

from livingroom.branches.models import Branch
from livingroom.orders.models import Order


class AnsweredOrder(models.Model):
    """An order whose customer a person of ours had answered inside the window: the last answer before it.

    It says what came first, and is no grade: the order keeps its own.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="answered")
    branch = models.ForeignKey(
        Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # A number and no key: the rows are written in bulk, and a conversation may be gone by then.
    conversation_id = models.PositiveBigIntegerField()
    touch_id = models.CharField(max_length=80)
    answered_at = models.DateTimeField()
    placed_at = models.DateTimeField()
    grade = models.CharField(max_length=4, help_text="By its own evidence.")
    net_minor = models.BigIntegerField(help_text="The order's net revenue, in the reporting currency.")

    class Meta:
        indexes = [models.Index(fields=["placed_at"], name="answered_by_time")]

    def __str__(self) -> str:
        return f"{self.order_id} after an answer in #{self.conversation_id}"
