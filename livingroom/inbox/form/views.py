"""The public web form: no script, no account; it says the number under which we know the message."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from livingroom.branches.models import Branch
from livingroom.inbox.form.operations import TooMany, write_to_us
from livingroom.inbox.form.words import WORDS, Words, language_of
from livingroom.shared.visitors import visitor_address


class ContactForm(forms.Form):
    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    mail = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    branch = forms.ModelChoiceField(Branch.objects.none(), required=False, to_field_name="slug")
    subject = forms.CharField(max_length=200, required=False)
    text = forms.CharField(max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, words: Words, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = words[name]
            field.error_messages |= {
                "required": words["required"], "max_length": words["too_long"], "invalid": words["wrong_mail"]
            }  # fmt: skip
        branch = self.fields["branch"]
        assert isinstance(branch, forms.ModelChoiceField)
        branch.queryset, branch.empty_label = Branch.objects.open(), words["anybody"]


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Show the form, or take what was written."""
    language = language_of(request)
    words = WORDS[language]
    context: dict[str, Any] = {"words": words, "language": language}
    if request.method != "POST":
        form = ContactForm(words, initial={"branch": request.GET.get("branch", "")})
        return _page(request, context | {"form": form})
    form = ContactForm(words, request.POST)
    if request.POST.get("website"):  # a field that people do not see, and machines fill in
        return _page(request, context | {"thanks": True})
    if not form.is_valid():
        return _page(request, context | {"form": form}, status=422)
    try:
        reference = write_to_us(
            **form.cleaned_data, language=language, address=visitor_address(request), now=timezone.now()
        )
    except TooMany:
        return _page(request, context | {"form": form, "too_many": True}, status=429)
    return _page(request, context | {"thanks": True, "reference": reference})


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "inbox/form/contact.html", context, status=status)
    patch_vary_headers(response, ["Accept-Language"])
    return response
