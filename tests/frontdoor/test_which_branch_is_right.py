import pytest

from livingroom.frontdoor.doors import open_doors
from livingroom.frontdoor.finding.finder import find
from livingroom.frontdoor.finding.language import detect_language
from livingroom.frontdoor.finding.topics import read_meaning
from livingroom.frontdoor.languages import Language
from livingroom.world.accounts import BRANCHES
from tests.posts import cast


def make_the_demos_branches():
    """The demo's accounts as they are published, without their two years of history."""
    cast.open_house()
    for facts in BRANCHES:
        cast.branch(
            facts.name, connected=False, slug=facts.key, handle=facts.handle, country=facts.country, language=facts.language,
            purpose=facts.purpose, division=facts.division, interests=list(facts.interests),
            followers=facts.followers_at_end,
        )  # fmt: skip


@pytest.fixture
def demo(db):
    make_the_demos_branches()
    return open_doors()


def ask(question, doors, reader="en", home="", offered=None):
    return find(question, doors, offered=offered or {}, reader=Language(reader), home=home, brand="Corner PC")


def keys(match):
    return {reason.key for reason in match.reasons}


@pytest.mark.parametrize(
    "question",
    [
        "Onde posso comprar um laptop?",
        "Qual notebook é bom para a faculdade?",
        "quero um notebook barato",
        "Vocês têm desconto em laptops no Brasil?",
        "Preciso de um computador para estudar",
        "Quero comprar um notebook no Brasil, qual é o canal certo?",
    ],
)
def test_a_portuguese_question_about_a_laptop_leads_to_brazil(demo, question):
    found = ask(question, demo)

    assert found.language == "pt"
    assert found.best.door.name == "Corner PC Brasil"
    assert "why_language" in keys(found.best)
    assert keys(found.best) & {"why_sales", "why_product"}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Meu notebook não liga, o que faço?", "Corner PC Ajuda"),
        ("Mein Drucker funktioniert nicht", "Corner PC Hilfe"),
        ("Wo bekomme ich einen günstigen Laptop?", "Corner PC Deutschland"),
        ("ordinateur portable en panne", "Corner PC Aide"),
        ("Où acheter un ordinateur pas cher ?", "Corner PC France"),
        ("¿Dónde compro un portátil barato para estudiar?", "Corner PC México"),
        ("La pantalla está rota, necesito ayuda", "Corner PC Te Ayuda"),
        ("ノートパソコンを買いたい", "Corner PC Japan"),
        ("I have an idea for you", "Corner Ideas"),
        ("Do you have news for investors?", "Corner PC News"),
        ("cheap laptop in the UK", "Corner PC Outlet UK"),
        ("Is there anybody who speaks Spanish in Mexico?", "Corner PC México"),
        ("a server for my small business", "Corner PC Small Business"),
    ],
)
def test_questions_lead_where_a_person_would_send_them(demo, question, name):
    found = ask(question, demo)

    assert found.matches[0].door.name == name


def test_every_point_has_a_reason_that_is_said(demo):
    found = ask("Onde posso comprar um laptop no Brasil?", demo, home="BR")

    assert found.best.reasons
    for match in found.matches:
        assert match.points <= 0 or match.reasons


def test_where_the_browser_is_at_home_decides_between_equals(demo):
    assert ask("cheap laptop for students", demo, home="AU").matches[0].door.country == "AU"
    assert ask("cheap laptop for students", demo, home="US").matches[0].door.country == "US"


def test_the_name_of_a_product_leads_to_who_offers_it(demo):
    seller = next(door for door in demo if door.name == "Corner PC Small Business")

    found = ask("Where is the Inkwell 926?", demo, offered={seller.pk: "Inkwell 926, Inkwell Laser 11"})

    assert found.matches[0].door.name == "Corner PC Small Business"
    assert any(
        reason.key == "why_offers" and reason.topic == "inkwell" for reason in found.matches[0].reasons
    )


def test_nonsense_is_not_answered_as_if_it_were_sure(demo):
    found = ask("qwertz 123", demo)

    assert found.best is None
    assert found.matches


def test_the_brands_own_name_says_nothing(demo):
    assert ask("Corner PC", demo).best is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is the nearest shop?", "en"),
        ("¿Quién me puede ayudar con la impresora?", "es"),
        ("Quem pode me ajudar com a impressora?", "pt"),
        ("Wer kann mir mit dem Drucker helfen?", "de"),
        ("Qui peut m’aider avec mon imprimante ?", "fr"),
        ("Chi mi può aiutare con la stampante?", "it"),
        ("Wie kan mij helpen met de printer?", "nl"),
        ("プリンターが動きません", "ja"),
        ("Кто может мне помочь?", "ru"),
        ("laptop", ""),
        ("", ""),
    ],
)
def test_languages_are_told_apart_offline(text, code):
    assert detect_language(text) == code


def test_words_are_read_without_accents_and_case():
    meaning = read_meaning("PROMOCAO de notebook no méxico")

    assert "sales" in meaning.purposes
    assert "laptop" in meaning.topics
    assert meaning.countries == ("MX",)


def test_the_page_leads_and_says_why(client, demo):
    page = client.get("/find/", {"q": "Onde posso comprar um laptop?", "lang": "pt"}).content.decode()

    assert "Este lugar é o mais indicado" in page
    best = page[page.index("Este lugar é o mais indicado") : page.index("Estes também")]
    assert "Corner PC Brasil" in best
    assert "Lá se fala português, como na sua pergunta." in best


def test_the_page_without_a_question_asks_for_one(client, db):
    assert "Ask a question" in client.get("/find/").content.decode()
    assert client.get("/find/", {"q": "laptop"}).status_code == 200


def test_an_answer_takes_few_queries(client, demo, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        client.get("/find/", {"q": "laptop <b>"})
