"""What people type beside the rule."""

from typing import Any

from django import forms

from livingroom.segments.models import Segment, SegmentVersion
from livingroom.segments.operations import LEAST, MOST


class AboutForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    about = forms.CharField(
        label="Whom you mean", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    purpose = forms.CharField(
        label="What it may be used for",
        max_length=60,
        initial="offers",
        help_text="One word, as in people’s consents: offers, research, service. Who took their yes to it back is never in it.",
    )
    ground = forms.ChoiceField(
        label="Ground it stands on",
        choices=SegmentVersion.Ground.choices,
        initial=SegmentVersion.Ground.INTEREST,
    )
    why = forms.CharField(
        label="Why this wording",
        max_length=300,
        required=False,
        help_text="Kept with the version, beside your name.",
    )


class CustomsForm(forms.Form):
    smallest_group = forms.IntegerField(label="Smallest group in reports", min_value=LEAST, max_value=MOST)


def words_of(segment: Segment | None) -> dict[str, Any]:
    if segment is None or segment.current is None:
        return {}
    return {
        "name": segment.name,
        "about": segment.about,
        "purpose": segment.current.purpose,
        "ground": segment.current.ground,
    }
