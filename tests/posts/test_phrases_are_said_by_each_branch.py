"""Templates, signatures, hashtag sets and snippets: written once, said by each branch in its own words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.branches.models import Host
from livingroom.networks.models import SandboxPost
from livingroom.posts.approval.operations import StagePlan, decide, set_stages
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady
from livingroom.posts.phrases.filling import Phrasebook, say
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.operations import NotAPhrase, archive_phrase, save_phrase
from livingroom.posts.phrases.queries import used_where
from livingroom.posts.phrases.variables import Facts
from livingroom.posts.wording import wording_of
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
State = Placement.State
HOUR = timedelta(hours=1)


@pytest.fixture
def outlet(house):
    return cast.branch("Outlet")


@pytest.fixture
def brasil(house):
    renata = Host.objects.create(name="Renata Souza", initials="RS")
    facts = {"country": "BR", "language": "pt-br", "time_zone": "America/Sao_Paulo", "division": "Home"}
    return cast.branch("Brasil", lead=renata, **facts)


def kept(word: str, *texts: tuple[str, str], kind: str = Phrase.Kind.SNIPPET, **facts: object) -> Phrase:
    values = {
        "kind": kind,
        "word": word,
        "name": word.title(),
        "texts": [list(pair) for pair in texts],
        **facts,
    }
    return save_phrase(staff=cast.ada(), phrase=Phrase(**values), now=NOON)


def said_on(branch, text: str, **facts: object) -> str:
    """What one placement says, before link and code."""
    return wording_of(cast.post(branch, text=text, code_kind="none", **facts).placements.get()).text


def problems_of(branch, text: str, **facts: object) -> list[str]:
    found = wording_of(
        cast.post(branch, text=text, code_kind="none", **facts).placements.get()
    ).phrase_problems
    return [problem.text for problem in found]


def test_each_branch_says_a_snippet_in_its_language_with_its_own_host(outlet, brasil):
    kept("thanks", ("en", "Thank you, says {branch}."), ("pt", "Obrigado, diz {host}."))
    post = cast.post(outlet, brasil, text="{thanks} {link}", code_kind="none")

    said = {row.branch.name: wording_of(row).text for row in post.placements.all()}

    assert said == {
        "Outlet": "Thank you, says Outlet. {link}",
        "Brasil": "Obrigado, diz Renata Souza. {link}",
    }


def test_variables_are_written_as_the_language_writes_them(outlet, brasil):
    offer = cast.offer(ends_at=datetime(2030, 12, 5, 1, 30, tzinfo=UTC), percent="12.50")

    # Half past one in London is still the day before in São Paulo.
    assert said_on(outlet, "{discount} to {ends_on}", offer=offer) == "12.5% to Dec. 5, 2030"
    assert said_on(brasil, "{discount} até {ends_on}", offer=offer) == "12,5% até 4 de Dezembro de 2030"


def test_an_unknown_name_is_said_with_what_was_meant(outlet):
    kept("winter-tags", ("en", "#winter"), kind=Phrase.Kind.HASHTAGS)

    assert problems_of(outlet, "Hello {brunch}") == ["Nothing stands for {brunch}. Did you mean {branch}?"]
    assert problems_of(outlet, "{winter-tag}") == [
        "Nothing stands for {winter-tag}. Did you mean {winter-tags}?"
    ]
    assert problems_of(outlet, "{host}") == ["{host} stands for nothing on Outlet: nobody is its host."]


def test_a_phrase_for_other_places_cannot_be_promised(outlet, brasil):
    kept("feira", ("pt", "Feira!"), places=["country:BR"])

    assert problems_of(brasil, "{feira}") == []
    assert problems_of(outlet, "{feira}")[0] == "“Feira” is kept for BR: not for Outlet."
    with pytest.raises(NotReady):
        cast.placement(outlet, text="{feira} {link}", code_kind="none")


@pytest.mark.parametrize(
    ("signing", "always", "expected"),
    [
        ("usual", True, "Hello\n\n^RS"),
        ("usual", False, "Hello"),
        ("signed", False, "Hello\n\n^RS"),
        ("unsigned", True, "Hello"),
    ],
)
def test_a_signature_is_put_at_the_end_by_choice_or_always(brasil, signing, always, expected):
    kept("sign", ("en", "^{initials}"), kind=Phrase.Kind.SIGNATURE, is_always=always)

    assert said_on(brasil, "Hello", signing=signing) == expected


def test_the_hosts_own_signature_goes_before_the_branchs_and_never_twice(outlet, brasil):
    kept("house", ("en", "Your {brand}"), kind=Phrase.Kind.SIGNATURE, is_always=True)
    kept("renata", ("en", "^RS"), kind=Phrase.Kind.SIGNATURE, is_always=True, host=brasil.lead)

    assert said_on(brasil, "Hello") == "Hello\n\n^RS"
    assert said_on(outlet, "Hello") == "Hello\n\nYour Corner PC"
    assert said_on(brasil, "{house} says hello") == "Your Corner PC says hello"


def test_what_goes_out_is_filled_in_and_stays_as_it_was(outlet):
    snippet = kept("thanks", ("en", "Thank you"))
    placement = cast.placement(outlet, text="{thanks}! {code} {link}")

    cast.deliver_at(placement, NOON)
    save_phrase(staff=cast.ada(), phrase=_saying(snippet, "Cheers"), now=NOON)

    sent = SandboxPost.objects.get(key=placement.delivery_key)
    placement.refresh_from_db()
    assert sent.text.startswith("Thank you! ")
    assert "{" not in sent.text
    assert placement.sent_text.startswith("Thank you! ")


def test_a_changed_phrase_is_approved_anew_wherever_it_waits(outlet):
    set_stages(staff=cast.ada(), branch=outlet, stages=[StagePlan("Editor", "manager")], now=NOON)
    snippet = kept("thanks", ("en", "Thank you"))
    placement = cast.placement(outlet, text="{thanks} {link}", code_kind="none", due_at=NOON + HOUR)
    arun = cast.staff("Arun", "manager")
    decide(staff=arun, version=placement.versions.last(), verdict="approved", reason="", now=NOON)

    save_phrase(staff=cast.ada(), phrase=_saying(snippet, "Cheers"), now=NOON)

    placement.refresh_from_db()
    assert placement.state == State.WAITING
    assert placement.versions.last().content["text"] == "Cheers {link}"


def test_a_change_that_makes_a_promised_post_unsendable_is_refused(outlet):
    snippet = kept("thanks", ("en", "Thank you"))
    cast.placement(outlet, text="{thanks} {link}", code_kind="none", due_at=NOON + HOUR)

    with pytest.raises(NotReady, match="too many"):
        save_phrase(staff=cast.ada(), phrase=_saying(snippet, "Thank you " * 60), now=NOON)

    assert Phrase.objects.get(pk=snippet.pk).first_text == "Thank you"


def test_an_archived_phrase_is_offered_no_more_and_old_posts_still_say_it(maya, outlet):
    snippet = kept("thanks", ("en", "Thank you"))
    placement = cast.post(outlet, text="{thanks} {link}", code_kind="none").placements.get()

    archive_phrase(staff=cast.ada(), phrase=snippet, now=NOON)

    assert wording_of(placement).text == "Thank you {link}"
    assert 'value="thanks"' not in maya.get("/posts/new/").content.decode()
    assert used_where(snippet).posts == [placement.post]


def test_words_for_everywhere_want_a_role_that_holds_everywhere(outlet, brasil):
    rosa = cast.staff("Rosa")
    rosa.scopes.create(kind="country", value="BR")

    mine = Phrase(kind="snippet", word="oi", name="Oi", texts=[["pt", "Oi"]], places=["branch:brasil"])
    theirs = Phrase(kind="snippet", word="hi", name="Hi", texts=[["en", "Hi"]])

    assert save_phrase(staff=rosa, phrase=mine, now=NOON).pk
    with pytest.raises(PermissionDenied):
        save_phrase(staff=rosa, phrase=theirs, now=NOON)


def test_who_speaks_for_some_places_reads_that_they_must_name_them(client, outlet):
    rosa = cast.staff("Rosa")
    rosa.scopes.create(kind="country", value="BR")
    client.force_login(rosa)

    page = client.post("/posts/phrases/new/?kind=snippet", _posted("Oi", [("pt", "Oi")]))
    done = client.post("/posts/phrases/new/?kind=snippet", _posted("Oi", [("pt", "Oi")]) | {"places": "br"})

    assert "it must hold on all" in page.content.decode()
    assert done.status_code == 302
    assert Phrase.objects.get().places == ["country:BR"]


@pytest.mark.parametrize("texts", [[], [["en", "  "]], [["en", "Hi {nobody}"]], [["en", "{other-phrase}"]]])
def test_no_door_keeps_a_phrase_that_cannot_be_said(house, texts):
    with pytest.raises(NotAPhrase):
        save_phrase(
            staff=cast.ada(), phrase=Phrase(kind="snippet", word="hi", name="Hi", texts=texts), now=NOON
        )

    assert not Phrase.objects.exists()


def test_the_offer_of_a_template_comes_only_while_it_holds(maya, outlet):
    over = cast.offer(name="Long ago", starts_at=NOON - 9 * HOUR, ends_at=NOON - HOUR)
    template = kept("launch", ("en", "Hello"), kind=Phrase.Kind.TEMPLATE, offer=over)

    page = maya.get("/posts/new/", {"template": template.pk})

    assert page.context["form"].initial["text"] == "Hello"
    assert not page.context["form"].initial["offer"]


def test_a_template_begins_a_post_in_every_language_without_a_script(maya, outlet, brasil):
    texts = (("en", "{discount} off with {code}: {link}"), ("pt", "{discount} com {code}: {link}"))
    template = kept("launch", *texts, kind=Phrase.Kind.TEMPLATE, offer=cast.offer())
    answers = {"do": "begin", "template": template.pk, "branches": [outlet.pk, brasil.pk], "when": "now"}

    page = maya.post("/posts/new/", answers | {"text": "", "code_kind": "none"})
    form = page.context["form"]
    begun = {name: form.data[name] for name in ("text", "offer", "code_kind", "begun_from")}
    own = form.data[f"override_{brasil.pk}"]
    maya.post("/posts/new/", answers | begun | {"do": "schedule", f"override_{brasil.pk}": own})

    post = Post.objects.get()
    said = {row.branch.name: wording_of(row).text for row in post.placements.all()}
    assert said == {"Outlet": "15% off with {code}: {link}", "Brasil": "15% com {code}: {link}"}
    assert used_where(template).posts == [post]


def test_one_click_puts_a_set_of_hashtags_in_without_a_script(maya, outlet):
    kept("winter-tags", ("en", "#winter #laptops"), kind=Phrase.Kind.HASHTAGS)

    page = maya.post("/posts/new/", {"text": "Hello", "put": "winter-tags", "branches": outlet.pk})

    assert page.context["form"].data["text"] == "Hello\n\n{winter-tags}"
    assert "#laptops" in page.content.decode()


def test_a_live_check_does_not_press_the_last_button_again(maya, outlet):
    kept("winter-tags", ("en", "#winter #laptops"), kind=Phrase.Kind.HASHTAGS)

    answers = {"text": "Hello", "put": "winter-tags", "do": "check", "branches": outlet.pk}
    partial = maya.post("/posts/new/", answers, headers={"HX-Request": "true"}).content.decode()

    assert "#laptops" not in partial


def test_the_page_of_a_phrase_says_what_is_wrong_and_keeps_the_word(maya, outlet):
    wrong = _posted("Bad tags", [("en", "winter {nobody}")])
    refused = maya.post("/posts/phrases/new/?kind=hashtags", wrong)
    taken = maya.post("/posts/phrases/new/?kind=snippet", _posted("Branch", [("en", "Hi")]))

    made = maya.post(
        "/posts/phrases/new/?kind=hashtags", _posted("Good tags", [("en", "#winter"), ("en", "#w")])
    )
    maya.post(
        "/posts/phrases/new/?kind=hashtags", _posted("Good tags", [("en", "#winter"), ("pt", "#inverno")])
    )

    assert "Nothing stands for {nobody}." in refused.content.decode()
    assert "{branch} is a variable already" in taken.content.decode()
    assert "“en” stands here twice." in made.content.decode()
    phrase = Phrase.objects.get()
    assert (phrase.word, phrase.languages) == ("good-tags", ["en", "pt"])
    assert "#inverno" in maya.get(f"/posts/phrases/{phrase.pk}/").content.decode()
    assert "Good tags" in maya.get("/posts/phrases/?kind=hashtags").content.decode()


def test_a_text_without_names_asks_the_table_once_at_most(outlet, django_assert_num_queries):
    with django_assert_num_queries(0):
        found = say("Hello {link}", facts=Facts(outlet), book=Phrasebook(), signing="usual")

    assert (found.text, found.problems) == ("Hello {link}", ())


def _saying(phrase: Phrase, text: str) -> Phrase:
    phrase.texts = [["en", text]]
    return phrase


def _posted(name: str, texts: list[tuple[str, str]]) -> dict[str, object]:
    answers: dict[str, object] = {"name": name, "said-TOTAL_FORMS": len(texts), "said-INITIAL_FORMS": 0}
    for number, (language, text) in enumerate(texts):
        answers |= {f"said-{number}-language": language, f"said-{number}-text": text}
    return answers
