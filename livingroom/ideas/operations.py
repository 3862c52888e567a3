"""The one door for changes to ideas: propose, vote, say, follow; and what our people do with what others wrote.

Each raises Refused (a CannotDo) with words for who wanted it; what is done by people of ours also PermissionDenied.
"""

from livingroom.ideas.commenting import comment, take_thanks_back, thank, withdraw_comment
from livingroom.ideas.following import follow, unfollow
from livingroom.ideas.moderating import (
    hide_comment,
    let_comment_stand,
    let_idea_stand,
    remove_idea,
    return_comment,
    return_idea,
)
from livingroom.ideas.proposing import edit_idea, propose, publish, withdraw_idea
from livingroom.ideas.refusals import Refused
from livingroom.ideas.renewing import change_half_life
from livingroom.ideas.voting import Budget, budget_of, cast, withdraw_vote

__all__ = [
    "Budget",
    "Refused",
    "budget_of",
    "cast",
    "change_half_life",
    "comment",
    "edit_idea",
    "follow",
    "hide_comment",
    "let_comment_stand",
    "let_idea_stand",
    "propose",
    "publish",
    "remove_idea",
    "return_comment",
    "return_idea",
    "take_thanks_back",
    "thank",
    "unfollow",
    "withdraw_comment",
    "withdraw_idea",
    "withdraw_vote",
]
