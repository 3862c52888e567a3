"""A text as the models read it: mark-up undone, links, people and clock times as words of their own."""

import html
import re
import unicodedata

LINK, CLOCK, PERSON, PHONE = "xlink", "xclock", "xperson", "xphone"

_ANCHOR = re.compile(r"<a\s[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]{0,300}>", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")
_LINK = re.compile(
    r"https?://\S*|\bhttps?\b|\bwww\.\S+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|biz|tv|me|ly|co|io|uk|de|fr|es|br|pt|ru|pl|in|us|xyz|site|online|shop)\b(?:/\S*)?",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?<!\w)@\w[\w.]*")
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d ()-]{7,}\d(?!\w)")
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u200b-\u200f\ufeff\u2060\u00ad]")


def plain(text: str) -> str:
    """Return a text without mark-up, entities and invisible signs; line breaks stay."""
    seen = _INVISIBLE.sub("", text)
    if "<" in seen:
        seen = _TAG.sub(" ", _BREAK.sub("\n", _ANCHOR.sub(r" \1 ", seen)))
    if "&" in seen:
        seen = html.unescape(seen)
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", seen)).strip()


def marked(clean: str) -> str:
    """Return a plain text with links, clock times, phone numbers and @people as one word each."""
    seen = _LINK.sub(f" {LINK} ", clean)
    seen = _PHONE.sub(f" {PHONE} ", _CLOCK.sub(f" {CLOCK} ", seen))
    return _PERSON.sub(f" {PERSON} ", seen)


def only_words(text: str) -> str:
    """Return what is language in a text: no links, @people and #tags."""
    seen = _HASHTAG.sub(" ", _PERSON.sub(" ", _LINK.sub(" ", plain(text))))
    return _SPACES.sub(" ", seen).strip()


def tags_as_words(text: str) -> str:
    """Return the #tags of a text as words, `#GoodMorning` as `Good Morning`: the last resort for telling its language."""
    tags = (tag[1:].replace("_", " ") for tag in _HASHTAG.findall(plain(text)))
    return " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag) for tag in tags)
