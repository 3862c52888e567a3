"""Ideas in action: a post that tells what became of an idea, prepared for branches; each announces it with its own link."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.ideas.duty.words import words_in
from livingroom.ideas.models import Idea, InAction
from livingroom.ideas.portal.addresses import absolute, idea_path
from livingroom.links.destinations import destination_problems
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.models import Post
from livingroom.posts.operations import PostDraft, save_post
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand
from livingroom.shared.tongues import DEFAULT

TAG = "ideas-in-action"
LINK = "{link}"
# What may be told: a decision.
TOLD = (Idea.State.PLANNED, Idea.State.BUILDING, Idea.State.SHIPPED, Idea.State.DECLINED)


class NotReadyToTell(ValueError):
    """The words say what must be mended; `field` is where."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def suggested_text(idea: Idea, language: str) -> str:
    """What could be said in a language; the brackets become each placement's own link."""
    words = words_in(language)
    key = {Idea.State.SHIPPED: "action_text", Idea.State.DECLINED: "action_declined"}.get(
        Idea.State(idea.state), "action_plan"
    )
    return words[key].format(title=idea.title, link=LINK)


def short_language(code: str) -> str:
    """Without its country: a branch in es-mx says what is written for es."""
    return code.split("-")[0].lower()


def suggested_destination(idea: Idea) -> str:
    return idea.shipped_url or absolute(idea_path(idea))


def prepare_post(
    *, staff: Staff, idea: Idea, branches: Sequence[Branch], texts: Mapping[str, str], destination: str, now: datetime,
) -> Post:  # fmt: skip
    """Write the draft, its text by the language of each branch, and tie it to the idea. It is sent like any other post.

    Raises PermissionDenied, NotReadyToTell.
    """
    require(staff, "write")
    if idea.state not in TOLD:
        raise NotReadyToTell("Answer the idea first: what is told is a decision.")
    if not branches:
        raise NotReadyToTell("Choose the branches that tell it.", "branches")
    problems = [
        problem for problem in destination_problems(destination, brand=Brand.current()) if problem.blocks
    ]
    if problems:
        raise NotReadyToTell(problems[0].text, "destination")
    texts = {short_language(language): text.strip() for language, text in texts.items() if text.strip()}
    spoken = [short_language(branch.language) for branch in branches]
    missing = sorted(set(spoken) - set(texts))
    if missing:
        raise NotReadyToTell("Write what the branches of this language say.", f"text_{missing[0]}")
    first = DEFAULT if DEFAULT in spoken else spoken[0]
    draft = PostDraft(
        title=f"Ideas in action: {idea.title}"[:120],
        text=texts[first],
        destination=destination,
        branches=tuple(branches),
        overrides={branch.pk: texts[short_language(branch.language)] for branch in branches},
        tags=(TAG,),
    )
    with transaction.atomic():
        post = save_post(staff=staff, draft=draft, now=now)
        InAction.objects.create(idea=idea, post=post, at=now)
        record_event(actor=staff, verb="prepared ideas in action", subject=idea, now=now, post=post.pk)
    return post
