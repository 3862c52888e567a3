"""Ideas are merged and parted again: each person counts once, and what was undone was never there."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livingroom.ideas.merging.operations import CannotMerge, merge, not_the_same, unmerge
from livingroom.ideas.merging.proposals import likely_pairs
from livingroom.ideas.models import Comment, Follow, Idea, IdeaMerge, PublicLogEntry, Vote
from livingroom.ideas.operations import cast, comment, withdraw_vote
from livingroom.people.models import Letter, Member
from tests.ideas.makings import NOON, agent, idea, manager, member

pytestmark = pytest.mark.django_db
WHY = "Both ask for the same computers without programs."


def join(kept: Idea, other: Idea, minutes: int = 1) -> IdeaMerge:
    return merge(staff=agent(), kept=kept, other=other, reason=WHY, now=NOON + timedelta(minutes=minutes))


def part(row: IdeaMerge, minutes: int = 2) -> None:
    unmerge(staff=agent(), merge=row, now=NOON + timedelta(minutes=minutes))


def counts(one: Idea) -> tuple[int, int, int]:
    found = Idea.objects.get(pk=one.pk)
    return found.n_for, found.n_comments, found.n_followers


def test_who_voted_for_both_counts_once_and_words_are_shown_at_the_kept_one() -> None:
    ana, ben, eve = member("Ana"), member("Ben"), member("Eve")
    kept, other = idea("No extra software option", by=ana), idea("Computers without bloatware", by=ben)
    cast(member=eve, idea=kept, now=NOON)
    cast(member=eve, idea=other, now=NOON)
    comment(member=eve, idea=other, text="Nobody wants the trial versions.", now=NOON)

    join(kept, other)

    assert counts(kept) == (3, 1, 2)
    assert Comment.objects.get().root == kept
    assert Comment.objects.get().idea == other, "where it was said stays known"
    assert Follow.objects.get(member=ben).idea == other
    entry = PublicLogEntry.objects.get()
    assert (entry.what, entry.idea, entry.n, entry.reason) == ("merged", other, 2, WHY)


def test_a_merge_undone_gives_each_idea_its_own_again() -> None:
    ana, ben, eve = member("Ana"), member("Ben"), member("Eve")
    kept, other = idea("No extra software option", by=ana), idea("Computers without bloatware", by=ben)
    cast(member=eve, idea=kept, now=NOON)
    cast(member=eve, idea=other, now=NOON)
    comment(member=eve, idea=other, text="Nobody wants the trial versions.", now=NOON)
    before = [(counts(one), Idea.objects.get(pk=one.pk).popular_key) for one in (kept, other)]

    part(join(kept, other))

    assert [(counts(one), Idea.objects.get(pk=one.pk).popular_key) for one in (kept, other)] == before
    other.refresh_from_db()
    assert (other.standing, other.merged_into, other.standing_because) == (Idea.Standing.PUBLIC, None, "")
    assert PublicLogEntry.objects.filter(what="unmerged", idea=other).exists()


def test_chains_count_at_their_end_and_come_apart_in_any_place() -> None:
    a, b, c = (idea(f"{name} screens for notebooks", by=member()) for name in ("Red", "Blue", "Green"))
    into_b = join(b, a)

    into_c = join(c, b)

    assert [counts(one)[0] for one in (a, b, c)] == [0, 0, 3]
    part(into_b)
    assert [counts(one)[0] for one in (a, b, c)] == [1, 0, 2]
    part(into_c)
    assert [counts(one)[0] for one in (a, b, c)] == [1, 1, 1]


def test_merging_into_a_merged_idea_keeps_the_one_that_is_shown() -> None:
    a, b, c = (idea(f"{name} screens for notebooks", by=member()) for name in ("Red", "Blue", "Green"))
    join(b, a)

    row = join(a, c)

    assert row.kept == b
    with pytest.raises(CannotMerge, match="already"):
        join(a, b)


def test_authors_are_told_once_in_their_language() -> None:
    lena = member("Lena", language="de")
    kept, other = idea("No extra software option", by=member()), idea("Rechner ohne Beigaben", by=lena)

    part(join(kept, other))

    told = {letter.key.split()[0]: letter for letter in Letter.objects.filter(member=lena)}
    assert set(told) == {"merged", "unmerged"}
    assert "zählt" in told["merged"].subject
    assert WHY in told["merged"].text
    assert told["merged"].url.endswith(f"/{kept.pk}/")


def test_what_cannot_be_merged_is_refused_with_words() -> None:
    kept, other = idea("No extra software option"), idea("Computers without bloatware")
    with pytest.raises(CannotMerge, match="why they are one"):
        merge(staff=agent(), kept=kept, other=other, reason="same", now=NOON)
    Idea.objects.filter(pk=other.pk).update(standing=Idea.Standing.HELD)
    with pytest.raises(CannotMerge, match="not public"):
        join(kept, other)
    with pytest.raises(CannotMerge, match="one idea already"):
        join(kept, kept)
    assert not IdeaMerge.objects.exists()


def test_a_vote_under_review_does_not_stand_before_one_that_counts_and_comes_back_as_it_was() -> None:
    eve = member("Eve")
    kept, other = idea("No extra software option", by=eve), idea("Computers without bloatware", by=eve)
    Vote.objects.filter(idea=other).update(withheld_at=NOON, at=NOON + timedelta(hours=1))

    row = join(kept, other)
    assert counts(kept)[0] == 1
    part(row)

    assert set(Vote.objects.values_list("idea", "stands")) == {(kept.pk, True), (other.pk, True)}


def test_pairs_that_may_be_one_are_proposed_until_somebody_tells_them_apart() -> None:
    one, other = idea("No extra software!"), idea("No extra software")
    idea("A bigger touchpad")
    pairs = likely_pairs(one.board)
    assert [{pair.kept, pair.other} for pair in pairs] == [{one, other}]

    not_the_same(staff=agent(), one=other, other=one, now=NOON)

    assert likely_pairs(one.board) == []


def test_who_may_not_answer_ideas_merges_nothing(client) -> None:
    from tests.posts.cast import ian

    kept, other = idea("No extra software option"), idea("Computers without bloatware")
    client.force_login(ian())

    response = client.post(f"/desk/ideas/{other.pk}/merge/", {"kept": kept.pk, "reason": WHY})

    assert response.status_code == 403
    assert not IdeaMerge.objects.exists()


def test_the_page_of_merges_proposes_merges_and_undoes(client) -> None:
    kept, other = idea("No extra software!", by=member()), idea("No extra software")
    client.force_login(manager())
    assert "No extra software!" in client.get("/desk/ideas/merges/").content.decode()

    client.post(f"/desk/ideas/{other.pk}/merge/", {"kept": kept.pk, "reason": WHY})
    row = IdeaMerge.objects.get()
    page = client.get("/desk/ideas/merges/").content.decode()
    assert WHY in page
    client.post(f"/desk/ideas/merges/{row.pk}/undo/")

    row.refresh_from_db()
    assert row.undone_by == manager()
    again = client.post(f"/desk/ideas/{other.pk}/merge/", {"kept": kept.pk, "reason": "no"}, follow=True)
    assert "why they are one" in again.content.decode()


# Any story of merging, undoing, voting and taking back, with a plain ledger beside it that knows no merges.
N_IDEAS, N_MEMBERS = 4, 3
_step = st.one_of(
    st.tuples(st.just("merge"), st.integers(0, N_IDEAS - 1), st.integers(0, N_IDEAS - 1)),
    st.tuples(st.just("unmerge"), st.integers(0, N_IDEAS - 1), st.just(0)),
    st.tuples(st.just("vote"), st.integers(0, N_MEMBERS - 1), st.integers(0, N_IDEAS - 1)),
    st.tuples(st.just("withdraw"), st.integers(0, N_MEMBERS - 1), st.integers(0, N_IDEAS - 1)),
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_step, min_size=4, max_size=12))
def test_after_any_story_all_that_is_undone_was_never_there(
    db: None, story: list[tuple[str, int, int]]
) -> None:
    ideas = [idea(f"Idea number {number} of this story") for number in range(N_IDEAS)]
    people = [member(f"Voter {number}") for number in range(N_MEMBERS)]
    ledger = _Ledger(ideas)

    for minute, (deed, one, two) in enumerate(story):
        ledger.do(deed, one, two, people, minute)
        assert [counts(shown)[0] for shown in ideas] == ledger.counted()
    for row in IdeaMerge.objects.filter(undone_at=None, kept__in=ideas):
        part(row, 100)

    votes = Vote.objects.filter(root__in=ideas)
    assert set(votes.values_list("idea", "member")) == ledger.votes
    assert all(vote.stands and vote.root_id == vote.idea_id for vote in votes)
    ledger.into.clear()
    assert [counts(shown)[0] for shown in ideas] == ledger.counted()
    votes.delete()


class _Ledger:
    """Who voted at which idea, and which idea is part of which: all that a merge should depend on."""

    def __init__(self, ideas: list[Idea]) -> None:
        self.ideas = ideas
        self.votes: set[tuple[int, int]] = set()
        self.into: dict[int, int] = {}

    def root(self, number: int) -> int:
        while number in self.into:
            number = self.into[number]
        return number

    def counted(self) -> list[int]:
        pairs = {(self.root(number), person) for number, person in self.votes}
        return [sum(root == one.pk for root, _ in pairs) for one in self.ideas]

    def do(self, deed: str, one: int, two: int, people: list[Member], minute: int) -> None:
        now = NOON + timedelta(minutes=minute)
        if deed == "merge":
            self._merge(self.ideas[one], self.ideas[two], now)
        elif deed == "unmerge":
            row = IdeaMerge.objects.filter(undone_at=None, other=self.ideas[one]).first()
            if row is not None:
                unmerge(staff=agent(), merge=row, now=now)
                del self.into[self.ideas[one].pk]
        else:
            self._vote(deed, people[one], self.ideas[two], now)

    def _merge(self, kept: Idea, other: Idea, now) -> None:
        if other.pk in self.into or self.root(kept.pk) == other.pk:
            return
        merge(staff=agent(), kept=kept, other=other, reason=WHY, now=now)
        self.into[other.pk] = self.root(kept.pk)

    def _vote(self, deed: str, person: Member, at: Idea, now) -> None:
        root = self.root(at.pk)
        theirs = {vote for vote in self.votes if vote[1] == person.pk and self.root(vote[0]) == root}
        shown = Idea.objects.get(pk=at.pk)
        if deed == "vote":
            cast(member=person, idea=shown, now=now)
            if not theirs:
                self.votes.add((root, person.pk))
        else:
            withdraw_vote(member=person, idea=shown, now=now)
            self.votes -= theirs
