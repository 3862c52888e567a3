from django import forms

from livingroom.branches.models import Branch
from livingroom.networks.registry import find_network, has_connector
from livingroom.posts.reactions.models import BringHome


class BringHomeForm(forms.Form):
    branch = forms.ModelChoiceField(Branch.objects.none(), label="Branch", empty_label=None)
    how = forms.ChoiceField(label="How", choices=BringHome.How.choices)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        field = self.fields["branch"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Branch.objects.postable().order_by("name")
        self.has_branches = field.queryset.exists()


class TellLinkedForm(forms.Form):
    branch = forms.ModelChoiceField(Branch.objects.none(), label="Branch", empty_label=None)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"auto_id": "tell_%s", **kwargs})  # type: ignore[arg-type]  # handed on as they came
        field = self.fields["branch"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Branch.objects.postable().filter(tell_linked=None).order_by("name")
        self.has_branches = field.queryset.exists()


class OptOutForm(forms.Form):
    who = forms.CharField(
        label="Who",
        max_length=300,
        help_text="A handle, the id of an account, or the host of a site.",
    )
    network = forms.ChoiceField(label="Where", required=False)

    def __init__(self, *args: object, networks: list[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        named = [(name, find_network(name).title) for name in networks if has_connector(name)]
        field = self.fields["network"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "On every network"), *named]
