"""How people promise, and how they name a day, in the five languages of the front door. Patterns, matched without accents."""

from dataclasses import dataclass

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "a": 1, "an": 1, "uno": 1, "un": 1, "una": 1, "dos": 2, "tres": 3, "um": 1, "uma": 1,
    "dois": 2, "duas": 2, "ein": 1, "eine": 1, "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "une": 1, "deux": 2,
    "trois": 3,
}  # fmt: skip


@dataclass(frozen=True)
class PromiseWords:
    """Each a regular expression; `within` has two groups, the number and the unit, and `weekdays` begin with Monday."""

    promise: str
    today: str
    tomorrow: str
    after_tomorrow: str
    end_of_week: str
    next_week: str
    within: str
    hours: str
    days: str
    weeks: str
    weekdays: tuple[str, ...]


WORDS = {
    "en": PromiseWords(
        promise=(
            r"\b(?:i|we)(?:'|’)?(?:ll| will| shall)\b|\b(?:i am|i'm|we are|we're) going to\b|\byou(?:'|"
            r"’)?(?:ll| will) (?:hear|have|get|receive)\b|\bi promise\b|\blet me (?:get back|check|find out|"
            r"look into)\b"
        ),
        today=r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b",
        tomorrow=r"\btomorrow\b",
        after_tomorrow=r"\bday after tomorrow\b",
        end_of_week=r"\b(?:end of (?:the|this) week|later this week|this week)\b",
        next_week=r"\bnext week\b",
        within=r"\b(?:in|within)(?: the)?(?: next)? (\d{1,3}|an?|one|two|three) "
        r"(hours?|days?|business days|working days|weeks?)\b",
        hours="hour",
        days="day|business|working",
        weeks="week",
        weekdays=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ),
    "de": PromiseWords(
        promise=(
            r"\b(?:ich|wir) (?:melde|melden|prufe|prufen|klare|klaren|schaue|schauen|frage|fragen|schicke|"
            r"schicken|sende|senden|rufe|rufen|kummere|kummern|werde|werden|gebe|geben|sage|sagen)\b|"
            r"\b(?:melde|melden|kummere|kummern) (?:ich mich|wir uns|mich|uns)\b|\bsie (?:horen|bekommen|"
            r"erhalten)\b|\bdu (?:horst|bekommst|erhaltst)\b|\bversprochen\b"
        ),
        today=r"\b(?:heute|heute abend|heute nachmittag)\b",
        tomorrow=r"(?<!guten )(?<!heute )\bmorgen\b",
        after_tomorrow=r"\bubermorgen\b",
        end_of_week=r"\b(?:ende der woche|diese woche|bis zum wochenende)\b",
        next_week=r"\b(?:nachste|nachster|kommende|kommender) woche\b",
        within=r"\b(?:in|innerhalb von|binnen) (\d{1,3}|einem|einer|ein|eine|zwei|drei) (stunden?|tagen?|werktagen?|wochen?)\b",
        hours="stunde",
        days="tag|werktag",
        weeks="woche",
        weekdays=("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    ),
    "es": PromiseWords(
        promise=(
            r"\b(?:te|le|les|os) (?:aviso|avisamos|avisare|avisaremos|escribo|escribimos|escribire|"
            r"escribiremos|respondo|respondemos|respondere|responderemos|contacto|contactamos|contactaremos|"
            r"llamo|llamamos|llamare|llamaremos|confirmo|confirmamos|confirmaremos|digo|decimos|diremos|"
            r"envio|enviamos|enviaremos)\b|\b(?:voy|vamos) a\b|\blo (?:reviso|revisamos|revisare|revisaremos|"
            r"consulto|consultamos)\b"
        ),
        today=r"\b(?:hoy|esta tarde|esta noche)\b",
        tomorrow=r"(?<!pasado )(?<!la )\bmanana\b",
        after_tomorrow=r"\bpasado manana\b",
        end_of_week=r"\b(?:fin de semana|esta semana)\b",
        next_week=r"\b(?:la semana que viene|(?:la )?proxima semana)\b",
        within=r"\b(?:en|dentro de) (\d{1,3}|uno?|una|dos|tres) (horas?|dias?|semanas?)\b",
        hours="hora",
        days="dia",
        weeks="semana",
        weekdays=("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
    ),
    "pt": PromiseWords(
        promise=(
            r"\b(?:te|lhe|vos) (?:aviso|avisamos|respondo|respondemos|ligo|ligamos|escrevo|escrevemos|envio|"
            r"enviamos|retorno|retornamos)\b|\b(?:vou|vamos|iremos|irei) \w+|\b(?:retorno|retornamos|"
            r"retornarei|retornaremos|entrarei em contato|entraremos em contato|verifico|verificamos|"
            r"avisarei|avisaremos|aviso|avisamos)\b"
        ),
        today=r"\b(?:hoje|esta tarde|esta noite)\b",
        tomorrow=r"(?<!depois de )\bamanha\b",
        after_tomorrow=r"\bdepois de amanha\b",
        end_of_week=r"\b(?:fim da semana|final da semana|esta semana)\b",
        next_week=r"\b(?:semana que vem|proxima semana)\b",
        within=r"\b(?:em|dentro de|em ate|ate) (\d{1,3}|uma?|dois|duas|tres) (horas?|dias?(?: uteis)?|semanas?)\b",
        hours="hora",
        days="dia",
        weeks="semana",
        weekdays=("segunda", "terca", "quarta", "quinta", "sexta", "sabado", "domingo"),
    ),
    "fr": PromiseWords(
        promise=(
            r"\b(?:je|nous|on) (?:vous|te|t'|m'en|nous en) ?\w+|\b(?:je|nous|on) (?:reviens|revenons|revient|"
            r"verifie|verifions|regarde|regardons|vais|allons|va)\b|\bvous (?:recevrez|aurez)\b|"
            r"\btu (?:recevras|auras)\b"
        ),
        today=r"\b(?:aujourd['’]hui|cet apres-midi|ce soir)\b",
        tomorrow=r"(?<!apres-)\bdemain\b",
        after_tomorrow=r"\bapres-demain\b",
        end_of_week=r"\b(?:fin de (?:la )?semaine|cette semaine)\b",
        next_week=r"\bsemaine prochaine\b",
        within=r"\b(?:dans|sous|d'ici)(?: les)? (\d{1,3}|une?|deux|trois) (heures?|jours?(?: ouvres)?|semaines?)\b",
        hours="heure",
        days="jour",
        weeks="semaine",
        weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ),
}  # fmt: skip
