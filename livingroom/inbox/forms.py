"""What people type in the inbox's settings."""

from django import forms

from livingroom.inbox.mail.models import Mailbox
from livingroom.inbox.models import HouseCustom


class MailboxForm(forms.ModelForm[Mailbox]):
    password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Kept encrypted. Empty keeps the one we have.",
    )

    class Meta:
        model = Mailbox
        fields = ("address", "host", "port", "security", "user", "folder", "branch", "is_active")
        labels = {"address": "Address", "user": "User name", "is_active": "Read this mailbox"}


class CustomForm(forms.ModelForm[HouseCustom]):
    class Meta:
        model = HouseCustom
        fields = ("reopen_days", "opens_finds")
        labels = {
            "reopen_days": "Days in which a closed conversation opens again",
            "opens_finds": "What topics find opens conversations, too",
        }
