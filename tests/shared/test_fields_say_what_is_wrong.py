import re

from django import forms
from django.template.loader import render_to_string

from livingroom.shared.problems import Problem


class OfferForm(forms.Form):
    name = forms.CharField(help_text="For colleagues.")
    purpose = forms.ChoiceField(choices=[("sales", "Sales")], widget=forms.RadioSelect)
    leaks = forms.BooleanField(required=False)
    source = forms.CharField(widget=forms.HiddenInput, required=False)


def written(name: str, form: OfferForm | None = None, problems: list[Problem] | None = None) -> str:
    field = (form or OfferForm())[name]
    return render_to_string("components/field.html", {"field": field, "problems": problems})


def test_a_label_names_its_control() -> None:
    page = written("name")

    assert '<label class="field__label" for="id_name">' in page
    assert 'aria-describedby="id_name_helptext"' in page
    assert 'id="id_name_helptext"' in page


def test_a_problem_is_tied_to_its_control() -> None:
    page = written("name", problems=[Problem("Too long.", "name"), Problem("Elsewhere.", "terms")])

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_name_helptext id_name_problems"' in page
    assert re.search(r'id="id_name_problems">\s*<li[^>]*>Too long\.', page)
    assert "Elsewhere" not in page


def test_an_error_of_the_form_is_tied_too() -> None:
    page = written("name", OfferForm({"name": ""}))

    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error"' in page
    assert "id_name_error" in re.search(r'aria-describedby="([^"]*)"', page)[1]  # type: ignore[index]


def test_a_problem_that_does_not_block_only_warns() -> None:
    page = written("name", problems=[Problem("A holiday.", "name", blocks=False)])

    assert "field__problem--warn" in page
    assert "aria-invalid" not in page


def test_radio_buttons_have_a_legend() -> None:
    assert "<legend" in written("purpose")


def test_a_checkbox_stands_before_its_label() -> None:
    page = written("leaks")

    assert page.index('type="checkbox"') < page.index("<label")


def test_a_hidden_field_is_written_bare() -> None:
    assert written("source").strip() == '<input type="hidden" name="source" id="id_source">'


def test_problems_of_the_whole_stand_above_the_form() -> None:
    problems = [Problem("No branch is connected."), Problem("Too long.", "name")]

    page = render_to_string("components/form_problems.html", {"form": OfferForm(), "problems": problems})

    assert "No branch is connected." in page
    assert "Too long." not in page
