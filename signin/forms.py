from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import FlagField, Query
from providers.models import Area


class _CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Engångskod"),
        help_text=_("Sex siffror från appen i din telefon."),
        required=False,
        max_length=12,
        widget=forms.TextInput(
            attrs={"class": "text-field__input", "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def __init__(self, *args: Any, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_code:
            del self.fields["code"]


class PasswordForm(_CodeForm):
    password = forms.CharField(
        label=_("Lösenord"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"class": "text-field__input", "autocomplete": "current-password"}),
    )
    field_order = ["username", "password", "code"]


class SignInForm(PasswordForm):
    username = forms.CharField(
        label=_("Användarnamn"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"class": "text-field__input", "autocomplete": "username", "autocapitalize": "none"}
        ),
    )


class AreasForm(forms.Form):
    all_areas = forms.BooleanField(label=_("Alla områden"), required=False)
    areas = forms.ModelMultipleChoiceField(
        label=_("Områden"),
        queryset=Area.objects.order_by("name"),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AwayQuery(Query):
    """``igen``: force reauthentication at the provider."""

    igen = FlagField()
