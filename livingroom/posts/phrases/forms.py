import re
from typing import Any, cast

from django import forms
from django.utils.text import slugify

from livingroom.branches.models import Host
from livingroom.posts.models import Offer
from livingroom.posts.phrases.filling import names_in, unknown_names, what_stands_for
from livingroom.posts.phrases.models import Phrase
from livingroom.posts.phrases.places import place_words, read_places
from livingroom.posts.phrases.variables import MADE_LATER, VARIABLES, is_variable

_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
Kind = Phrase.Kind


class PhraseForm(forms.Form):
    """One phrase of a kind; what another kind has is left out. The texts are in TextForms."""

    name = forms.CharField(label="Name", max_length=80)
    word = forms.CharField(
        label="Word", required=False, max_length=40,
        help_text="It stands in posts as {word} and stays so. Empty: made from the name.",
    )  # fmt: skip
    places = forms.CharField(
        label="For", required=False, max_length=400,
        help_text="Empty: everywhere. Else countries, branches, divisions: BR, branch:outlet, division:Home",
    )  # fmt: skip
    offer = forms.ModelChoiceField(
        label="Offer", queryset=Offer.objects.none(), required=False, empty_label="No offer of its own"
    )
    host = forms.ModelChoiceField(
        label="Whose", queryset=Host.objects.none(), required=False, empty_label="The branch’s",
        help_text="A host’s own goes before the branch’s where they are its face.",
    )  # fmt: skip
    is_always = forms.BooleanField(label="Sign every post that does not say otherwise", required=False)

    def __init__(self, *args: Any, phrase: Phrase, offers: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial(phrase))
        super().__init__(*args, **kwargs)
        self.phrase = phrase
        self.fields["offer"].queryset = offers  # type: ignore[attr-defined]  # it is a ModelChoiceField
        self.fields["host"].queryset = Host.objects.all()  # type: ignore[attr-defined]  # so is this
        for name in _not_for(phrase):
            del self.fields[name]

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip().strip("{}").lower()
        word = word or slugify(self.cleaned_data.get("name", ""))[:40].strip("-")
        if not _WORD.fullmatch(word):
            raise forms.ValidationError(
                "Small letters of a to z, digits and dashes; it begins with a letter."
            )
        if is_variable(word):
            raise forms.ValidationError(f"{{{word}}} is a variable already: {_about(word)}.")
        if self.phrase.kind == Kind.TEMPLATE:
            return _free_word(word)  # nobody names a template, so nobody needs to choose its word
        if Phrase.objects.filter(word=word).exists():
            raise forms.ValidationError(f"There is a phrase {{{word}}} already, perhaps an archived one.")
        return word

    def clean_places(self) -> list[str]:
        try:
            return read_places(self.cleaned_data["places"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def made(self, texts: list[list[str]]) -> Phrase:
        """The phrase as it was filled in, not saved yet."""
        for name, value in self.cleaned_data.items():
            setattr(self.phrase, name, value)
        self.phrase.texts = texts
        return self.phrase


class TextForm(forms.Form):
    """What it says in one language."""

    language = forms.CharField(label="Language", max_length=8, required=False)
    text = forms.CharField(
        label="Text", max_length=10_000, required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"].strip().lower()
        if language and not _LANGUAGE.fullmatch(language):
            raise forms.ValidationError("Two or three letters, such as pt or pt-br.")
        return language

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if wrong := unknown_names(text):
            raise forms.ValidationError(what_stands_for(wrong[0], [*MADE_LATER, *VARIABLES]))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("text") and not cleaned.get("language") and "language" not in self.errors:
            self.add_error("language", "Say which language this is: en, pt, es.")
        return cleaned


class TextForms(forms.BaseFormSet[TextForm]):
    """A phrase's texts: a language once, at least one."""

    kind = ""

    def clean(self) -> None:
        if any(form.errors for form in self.forms):
            return
        languages = [language for language, _ in self.texts()]
        if not languages:
            raise forms.ValidationError("Write it in at least one language.")
        if twice := [language for language in languages if languages.count(language) > 1]:
            raise forms.ValidationError(f"“{twice[0]}” stands here twice.")
        if self.kind == Kind.HASHTAGS and (wrong := _not_tags(self.texts())):
            raise forms.ValidationError(f"“{wrong[0]}” is no hashtag: begin it with #.")

    def texts(self) -> list[list[str]]:
        rows = (form.cleaned_data for form in self.forms)
        return [[row["language"], row["text"]] for row in rows if row.get("text")]


def text_forms(posted: Any, initial: list[dict[str, str]], kind: str) -> TextForms:
    """The texts of a phrase as a formset, with room for two languages more."""
    made = forms.formset_factory(TextForm, formset=TextForms, extra=2, max_num=30, validate_max=True)
    found = cast("TextForms", made(posted, initial=initial, prefix="said"))
    found.kind = kind
    return found


def _initial(phrase: Phrase) -> dict[str, Any]:
    return {
        "name": phrase.name,
        "word": phrase.word,
        "places": place_words(phrase.places),
        "offer": phrase.offer_id,
        "host": phrase.host_id,
        "is_always": phrase.is_always,
    }


def _not_for(phrase: Phrase) -> list[str]:
    """The fields that this kind does not have; a word is chosen once."""
    kept = {Kind.TEMPLATE: {"offer"}, Kind.SIGNATURE: {"host", "is_always"}}.get(Kind(phrase.kind), set())
    left_out = {"offer", "host", "is_always"} - kept
    return sorted(left_out | ({"word"} if phrase.pk else set()))


def _free_word(word: str) -> str:
    taken = set(Phrase.objects.filter(word__startswith=word[:34]).values_list("word", flat=True))
    numbered = (f"{word[:34]}-{number}" for number in range(2, len(taken) + 3))
    return next((each for each in (word, *numbered) if each not in taken), word)


def _not_tags(texts: list[list[str]]) -> list[str]:
    words = (word for _, text in texts for word in text.split())
    return [word for word in words if not word.startswith(("#", "＃")) and not names_in(word)]


def _about(word: str) -> str:
    return MADE_LATER.get(word) or VARIABLES[word].about
