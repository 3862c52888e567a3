"""What visitors read around the answers, in the five languages of the front door."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Answers", "lead": "What others asked, answered for everybody.",
        "search": "Search",
        "none": "No answer fits. Ask us at one of our branches.",
        "helped": "Did this help?",
        "yes": "Yes", "no": "No",
        "thanks": "Thank you for telling us.", "all": "All answers",
        "branches": "Our branches", "other": "Also in",
    },
    "de": {
        "title": "Antworten", "lead": "Was andere gefragt haben, für alle beantwortet.",
        "search": "Suchen",
        "none": "Keine Antwort passt. Fragen Sie uns dort, wo wir sind.",
        "helped": "Hat das geholfen?",
        "yes": "Ja", "no": "Nein",
        "thanks": "Danke für die Rückmeldung.", "all": "Alle Antworten",
        "branches": "Wo wir sind", "other": "Auch auf",
    },
    "es": {
        "title": "Respuestas", "lead": "Lo que otros preguntaron, respondido para todos.",
        "search": "Buscar",
        "none": "Ninguna respuesta encaja. Pregúntenos donde estamos.",
        "helped": "¿Le ha servido?",
        "yes": "Sí", "no": "No",
        "thanks": "Gracias por decírnoslo.", "all": "Todas las respuestas",
        "branches": "Dónde estamos", "other": "También en",
    },
    "pt": {
        "title": "Respostas", "lead": "O que outros perguntaram, respondido para todos.",
        "search": "Procurar",
        "none": "Nenhuma resposta serve. Pergunte onde estamos.",
        "helped": "Isso ajudou?",
        "yes": "Sim", "no": "Não",
        "thanks": "Obrigado por nos dizer.", "all": "Todas as respostas",
        "branches": "Onde estamos", "other": "Também em",
    },
    "fr": {
        "title": "Réponses", "lead": "Ce que d’autres ont demandé, avec la réponse pour tous.",
        "search": "Chercher",
        "none": "Aucune réponse ne convient. Demandez-nous là où nous sommes.",
        "helped": "Cela vous a-t-il aidé ?",
        "yes": "Oui", "no": "Non",
        "thanks": "Merci de nous l’avoir dit.", "all": "Toutes les réponses",
        "branches": "Où nous sommes", "other": "Aussi en",
    },
}  # fmt: skip


def words_in(language: str) -> Mapping[str, str]:
    return WORDS.get(language[:2].lower(), WORDS["en"])
