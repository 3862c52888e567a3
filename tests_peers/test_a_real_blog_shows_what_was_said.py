"""What was said elsewhere becomes a comment on a real WordPress, changes there, and goes with its source."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from pytest_django.fixtures import Settings

from livingroom.branches.models import Branch
from livingroom.networks.models import Reaction, SandboxPost
from livingroom.networks.reactions.following import follow
from livingroom.networks.reactions.gathering import gather, take_turns
from livingroom.networks.reactions.operations import hide_reaction, show_reaction
from livingroom.networks.sandbox import public
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements
from livingroom.posts.reactions.operations import bring_home
from livingroom.posts.reactions.writing_back import bring, due, plan
from scripts.peers.wordpress.site import WordPressSite
from tests.networks.stage import words
from tests.posts import cast
from tests.posts.cast import NOON
from tests_peers.fault_proxy import FaultProxy
from tests_peers.wordpress_branch import blog_branch
from tests_peers.wordpress_stage import WordPressStage

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def blog(wordpress: WordPressSite, wordpress_proxy: FaultProxy, settings: Settings) -> Branch:
    settings.ALLOW_PRIVATE_NETWORKS = True
    WordPressStage(wordpress, wordpress_proxy)  # clears what was said in the tests before
    cast.open_house()
    return blog_branch(wordpress)


@pytest.fixture
def reply(blog: Branch) -> SandboxPost:
    """Ben's answer, on the Outlet, to a post that stands on the blog too."""
    outlet = cast.branch("Outlet")
    made = cast.post(outlet, blog, code_kind="none", text=words("A desk for less"))
    rows = {row.pk: NOON for row in made.placements.all()}
    schedule_placements(staff=cast.staff(), due=rows, now=NOON)
    for row in made.placements.all():
        cast.deliver_at(row, NOON)
    bring_home(staff=cast.ada(), branch=blog, how="comment", now=NOON - timedelta(days=1))
    at = SandboxPost.objects.get(pk=made.placements.get(branch=outlet).remote_id)
    return public.reply_as(public.join("ben", now=NOON, name="Ben"), at, "Which one?", now=NOON)


def work(minutes: int) -> None:
    """What the workers do at this minute."""
    now = NOON + minutes * MINUTE
    for place in take_turns(now):
        gather(place.pk, now)
    outlet = Placement.objects.get(branch__name="Outlet")
    assert outlet.branch.connection is not None
    follow(outlet.branch.connection, outlet.remote_id, now)
    plan(now)
    for pk in due(now):
        bring(pk, now)


def comments(site: WordPressSite) -> list[str]:
    """What any visitor sees under the post."""
    post = Placement.objects.get(branch__name="Blog").remote_id.partition(":")[2]
    url = f"{site.url}/wp-json/wp/v2/comments"
    rows: list[dict[str, Any]] = httpx.get(url, params={"post": post}, trust_env=False, timeout=30).json()
    return [row["content"]["rendered"] for row in rows]


def test_a_reply_appears_changes_and_goes_as_at_its_source(
    reply: SandboxPost, wordpress: WordPressSite
) -> None:
    work(10)
    (first,) = comments(wordpress)
    reply.text = "Which black one?"
    reply.save()
    work(30)
    (second,) = comments(wordpress)
    reply.deleted_at = NOON
    reply.save()
    for minutes in (50, 70, 90):
        work(minutes)

    assert "Ben on Sandbox:" in first
    assert "Which one?" in first
    assert "Which black one?" in second
    assert comments(wordpress) == []


def test_what_is_hidden_goes_and_what_is_shown_again_comes_back_once(
    reply: SandboxPost, wordpress: WordPressSite
) -> None:
    work(10)
    hide_reaction(staff=cast.staff(), reaction=Reaction.objects.get(), now=NOON)
    work(30)
    hidden = comments(wordpress)
    show_reaction(staff=cast.staff(), reaction=Reaction.objects.get(), now=NOON)
    for minutes in (50, 70):
        work(minutes)

    assert hidden == []
    (again,) = comments(wordpress)
    assert "Which one?" in again
