"""A branch of the house that stands on a real WordPress."""

from livingroom.branches.models import Branch
from livingroom.branches.operations import connect_branch
from scripts.peers.wordpress.site import WordPressSite
from tests.posts import cast


def blog_branch(site: WordPressSite) -> Branch:
    made = cast.branch("Blog", connected=False, network="wordpress", handle="shop")
    answers = {"server_url": site.url, "username": "shop", "app_password": site.app_passwords["shop"]}
    connect_branch(staff=cast.ada(), branch=made, answers=answers, now=cast.NOON)
    made.refresh_from_db()
    return made
