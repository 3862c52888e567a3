"""The habits of Corner PC's inbox: rules, saved replies, macros, answers for all, and what was hidden of comments."""

from __future__ import annotations

from datetime import datetime, timedelta

from livingroom.branches.models import Branch
from livingroom.inbox.knowledge.operations import SnippetWords, publish, save_snippet
from livingroom.inbox.models import Conversation, Message, Team
from livingroom.inbox.moderation.models import Ruling
from livingroom.inbox.moderation.operations import Decision, appeal, decide, settle_appeal
from livingroom.inbox.replies.models import Macro, SavedReply
from livingroom.inbox.replies.operations import ReplyWords, save_macro, save_reply
from livingroom.inbox.rules.models import Rule
from livingroom.inbox.rules.operations import save_rule
from livingroom.inbox.rules.running import run_rules, words_happened
from livingroom.listening.models import Mention
from livingroom.networks.sandbox.models import SandboxPost
from livingroom.networks.sandbox.public import join, reply_as
from livingroom.people.models import Staff
from livingroom.world.generate import World
from livingroom.world.loading.house import NETWORK, demo_staff
from livingroom.world.loading.today import hear, heard_of, told

HAPPY = 4
SPAM_UNDER = "home-us"


def load_habits(world: World, now: datetime) -> int:
    """Write them all through their doors. Returns how many rules there are."""
    maya = demo_staff()
    write_answers_for_all(maya, now)
    write_replies(maya, now)
    write_rules(maya, now)
    moderate(maya, now)
    return Rule.objects.count()


def write_answers_for_all(maya: Staff, now: datetime) -> None:
    """From conversations that ended well: rated with four or five stars where somebody rated one about this."""
    for place, (slug, language, word, question, answer) in enumerate(told()["answers"]):
        at = now - timedelta(days=40 - 3 * place)
        case = _ended_well(language, word)
        words = SnippetWords(question, answer, language, slug, case.branch if case else None)
        snippet = save_snippet(staff=maya, words=words, now=at, conversation=case)
        publish(staff=maya, snippet=snippet, now=at)


def _ended_well(language: str, word: str) -> Conversation | None:
    closed = Conversation.objects.filter(
        language=language, state=Conversation.State.CLOSED, first_answered_at__isnull=False,
        messages__direction=Message.Direction.IN, messages__text__contains=word,
    ).select_related("branch")  # fmt: skip
    happy = closed.filter(ratings__rating__gte=HAPPY)
    return happy.order_by("pk").first() or closed.order_by("pk").first()


def write_replies(maya: Staff, now: datetime) -> None:
    team = Team.objects.filter(name="Customer care").first()
    for shortcut, title, texts in told()["replies"]:
        save_reply(staff=maya, words=ReplyWords(shortcut, title, texts), now=now)
    replies = SavedReply.objects.in_bulk(field_name="shortcut")
    for macro in (
        Macro(name="Take the notebook back for repair", reply=replies["sorry"], tags=["repair"], then=Macro.Then.SNOOZE,
              snooze_hours=48),
        Macro(name="Danger: stop using it", reply=replies["safety"], tags=["safety"], to_team=team,
              priority=Conversation.Priority.URGENT),
        Macro(name="Parcel is on its way", reply=replies["parcel"], tags=["parcel"], then=Macro.Then.CLOSE),
    ):  # fmt: skip
        save_macro(staff=maya, macro=macro, now=now)


def write_rules(maya: Staff, now: datetime) -> None:
    """Five rules, one of them still to be tried; those that are on have looked at what was said today."""
    high, night = Conversation.Priority.HIGH.value, SavedReply.objects.get(shortcut="night")
    for rule in (
        Rule(name="Batteries and heat go to the workshop", when=Rule.When.OPENED, is_on=True,
             conditions={"words": ["battery", "bateria", "overheating", "esquenta", "überhitzt", "burning"]},
             actions={"tags": ["safety"], "note": "Ask for the serial number, and say: switch it off."}),
        Rule(name="Money comes first", when=Rule.When.OPENED, is_on=True,
             conditions={"words": ["charged", "cobrou", "cobró", "débité", "abgebucht"]},
             actions={"tags": ["billing"], "priority": high}),
        Rule(name="Waited for six hours", when=Rule.When.UNANSWERED, hours=6, is_on=True, conditions={"kinds": ["complaint"]},
             actions={"tags": ["waited"], "priority": high}),
        Rule(name="Unhappy: call them", when=Rule.When.RATED, is_on=True, conditions={"rating_to": 2},
             actions={"tags": ["call back"]}),
        Rule(name="Say at night that we sleep", when=Rule.When.OPENED, conditions={"in_hours": "no", "kinds": ["question"]},
             actions={"reply": night.pk}),
    ):  # fmt: skip
        save_rule(staff=maya, rule=rule, now=now)
    fresh = Message.objects.filter(direction=Message.Direction.IN, at__gt=now - timedelta(days=1))
    opened = fresh.filter(conversation__n_in=1).values_list("conversation_id", flat=True)
    run_rules(words_happened(list(fresh.values_list("pk", flat=True)), list(opened)), now)


def moderate(maya: Staff, now: datetime) -> None:
    """Spam under a post of ours: most is decided, and one author asked for another look."""
    branch = Branch.objects.select_related("connection").filter(slug=SPAM_UNDER).first()
    post = SandboxPost.objects.filter(author__handle=branch.handle.lower()).last() if branch else None
    if branch is None or post is None:
        return
    at = now - timedelta(hours=30)
    comments = [
        reply_as(join(f"promo.{place}", name=f"Promo {place}", now=at), post, text, now=at + timedelta(minutes=9 * place))
        for place, text in enumerate(told()["spam"], 1)
    ]  # fmt: skip
    hear([heard_of(branch, comment) for comment in comments], now)
    keys = [str(comment.pk) for comment in comments]
    mentions = list(Mention.objects.filter(network=NETWORK, key__in=keys).order_by("at"))
    rulings = [
        decide(
            staff=maya,
            mention=mention,
            decision=Decision(Ruling.Verdict.BAN if place == 1 else Ruling.Verdict.HIDE, Ruling.Reason.SPAM),
            now=mention.at + timedelta(hours=1),
        )
        for place, mention in enumerate(mentions)
    ]
    _look_again(rulings[-1], now)


def _look_again(ruling: Ruling, now: datetime) -> None:
    sofia = Staff.objects.get(email="sofia@cornerpc.example")
    appeal(ruling=ruling, text=told()["appeal"], now=now - timedelta(hours=20))
    ruling.refresh_from_db()
    settle_appeal(staff=sofia, ruling=ruling, is_turned=False, now=now - timedelta(hours=16))
