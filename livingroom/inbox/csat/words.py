"""What a customer reads who is asked, in the five languages of the front door."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "question": "How happy are you with our answer?",
        "ask": "{question} One click: {url}",
        "1": "Very unhappy", "2": "Unhappy", "3": "Neither", "4": "Happy", "5": "Very happy",
        "thanks": "Thank you.", "thanks_more": "We have written it down. You may change it for a week.",
        "comment": "Do you want to tell us more?", "send": "Send", "told": "We have got your words.",
        "over": "This question is over. Thank you all the same.", "lead": "Your conversation with {branch}",
    },
    "de": {
        "question": "Wie zufrieden sind Sie mit unserer Antwort?",
        "ask": "{question} Ein Klick: {url}",
        "1": "Sehr unzufrieden", "2": "Unzufrieden", "3": "Teils, teils", "4": "Zufrieden", "5": "Sehr zufrieden",
        "thanks": "Danke.", "thanks_more": "Wir haben es notiert. Eine Woche lang können Sie es ändern.",
        "comment": "Möchten Sie uns mehr sagen?", "send": "Senden", "told": "Ihre Worte sind angekommen.",
        "over": "Diese Frage ist vorbei. Trotzdem danke.", "lead": "Ihr Gespräch mit {branch}",
    },
    "es": {
        "question": "¿Qué tan satisfecho está con nuestra respuesta?",
        "ask": "{question} Un clic: {url}",
        "1": "Muy insatisfecho", "2": "Insatisfecho", "3": "Ni lo uno ni lo otro", "4": "Satisfecho",
        "5": "Muy satisfecho",
        "thanks": "Gracias.", "thanks_more": "Lo hemos anotado. Puede cambiarlo durante una semana.",
        "comment": "¿Quiere contarnos más?", "send": "Enviar", "told": "Hemos recibido sus palabras.",
        "over": "Esta pregunta ya terminó. Gracias de todos modos.", "lead": "Su conversación con {branch}",
    },
    "pt": {
        "question": "Você está satisfeito com a nossa resposta?",
        "ask": "{question} Um clique: {url}",
        "1": "Muito insatisfeito", "2": "Insatisfeito", "3": "Nem um nem outro", "4": "Satisfeito",
        "5": "Muito satisfeito",
        "thanks": "Obrigado.", "thanks_more": "Anotamos. Você pode mudar durante uma semana.",
        "comment": "Quer nos contar mais?", "send": "Enviar", "told": "Recebemos suas palavras.",
        "over": "Esta pergunta já terminou. Obrigado mesmo assim.", "lead": "Sua conversa com {branch}",
    },
    "fr": {
        "question": "Êtes-vous satisfait de notre réponse ?",
        "ask": "{question} Un clic : {url}",
        "1": "Très insatisfait", "2": "Insatisfait", "3": "Ni l’un ni l’autre", "4": "Satisfait", "5": "Très satisfait",
        "thanks": "Merci.", "thanks_more": "C’est noté. Vous pouvez le changer pendant une semaine.",
        "comment": "Voulez-vous nous en dire plus ?", "send": "Envoyer", "told": "Nous avons bien reçu vos mots.",
        "over": "Cette question est close. Merci quand même.", "lead": "Votre conversation avec {branch}",
    },
}  # fmt: skip


def language_of(*wanted: str) -> str:
    """The first of these languages that there are words in; English at last."""
    return next((code[:2].lower() for code in wanted if code[:2].lower() in WORDS), "en")


def say(language: str, key: str, **values: object) -> str:
    return WORDS[language_of(language)][key].format(**values)
