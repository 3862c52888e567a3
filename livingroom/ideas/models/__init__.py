"""The tables of the ideas room, by what they are about."""

from livingroom.ideas.models.answers import Answer, Digest, DigestReader, InAction
from livingroom.ideas.models.boards import Board, Category, Storm
from livingroom.ideas.models.brought import Brought, BroughtVote, IdeaImport
from livingroom.ideas.models.duty import Archiving, DigestMail, DutyNotice, Telling
from livingroom.ideas.models.ideas import Idea, IdeaMerge, NotTheSame, UnderSeen
from livingroom.ideas.models.keys import ApiCall, StaffKey
from livingroom.ideas.models.origins import ConsentAsk, Evidence, IdeaTopic
from livingroom.ideas.models.reviews import PublicLogEntry, VoteReview
from livingroom.ideas.models.shown import ShownUntil
from livingroom.ideas.models.votes import Seen, Showing, Vote
from livingroom.ideas.models.words import Comment, CommentThanks, Follow, Picture

__all__ = [
    "Answer",
    "ApiCall",
    "Archiving",
    "Board",
    "Brought",
    "BroughtVote",
    "Category",
    "Comment",
    "CommentThanks",
    "ConsentAsk",
    "Digest",
    "DigestMail",
    "DigestReader",
    "DutyNotice",
    "Evidence",
    "Follow",
    "Idea",
    "IdeaImport",
    "IdeaMerge",
    "IdeaTopic",
    "InAction",
    "NotTheSame",
    "Picture",
    "PublicLogEntry",
    "Seen",
    "Showing",
    "ShownUntil",
    "StaffKey",
    "Storm",
    "Telling",
    "UnderSeen",
    "Vote",
    "VoteReview",
]
