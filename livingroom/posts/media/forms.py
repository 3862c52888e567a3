from typing import Any

from django import forms

from livingroom.posts.forms import read_tags
from livingroom.posts.media.models import DeskRules, MediaItem


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list) else [data]
        return [super(SeveralFilesField, self).clean(file, initial) for file in files or [None]]


class AddForm(forms.Form):
    """Pictures to add; what is wrong with a file is said by its name."""

    pictures = SeveralFilesField(
        label="Pictures",
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif", "multiple": True}),
        help_text="JPEG, PNG, WebP or GIF, 20 MB each. Place, camera and comments are taken out.",
    )
    folder = forms.CharField(
        label="Folder", max_length=120, required=False, help_text="Such as winter/laptops."
    )
    tags = forms.CharField(label="Tags", max_length=200, required=False)
    alt = forms.CharField(
        label="What is to be seen", max_length=1000, required=False, help_text="For who cannot see it."
    )

    def clean_tags(self) -> tuple[str, ...]:
        return read_tags(self.cleaned_data["tags"])


class PictureForm(forms.ModelForm[MediaItem]):
    tags = forms.CharField(label="Tags", max_length=200, required=False)

    class Meta:
        model = MediaItem
        fields = ("name", "folder", "alt")
        labels = {"alt": "What is to be seen"}
        widgets = {"alt": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = ", ".join(self.instance.tags)

    def clean_tags(self) -> tuple[str, ...]:
        return read_tags(self.cleaned_data["tags"])


class DeskRulesForm(forms.ModelForm[DeskRules]):
    class Meta:
        model = DeskRules
        fields = ("alt_required",)
        labels = {"alt_required": "Every picture must be described"}
