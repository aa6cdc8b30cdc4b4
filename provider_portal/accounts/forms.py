from typing import Any

from allauth.mfa.totp.internal.auth import validate_totp_code
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import ROLE_NAMES, Role
from staff_ui.forms import StaffForm

_CHOICES = [
    (role.value, ROLE_NAMES[role]) for role in (Role.PROVIDER_STAFF, Role.PROVIDER_PROTECTED, Role.PROVIDER_ADMIN)
]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roller"),
        choices=_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en roll.")},
    )


class InviteForm(StaffForm):
    first_name = forms.CharField(label=_("Förnamn"), max_length=150)
    last_name = forms.CharField(label=_("Efternamn"), max_length=150)
    username = forms.CharField(
        label=_("Användarnamn"),
        help_text=_("Personen skriver det när hon loggar in. Det kan inte ändras."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roller"),
        choices=_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en roll.")},
    )


class BeginForm(StaffForm):
    """User name and code of an invitation, as the administrator has passed them on."""

    username = forms.CharField(
        label=_("Användarnamn"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = forms.CharField(
        label=_("Inbjudans kod"),
        help_text=_("Sexton tecken, som du har fått av administratören."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class AcceptForm(StaffForm):
    """A password, and the first code of the app. ``secret``: of the codes that the page has shown."""

    password = forms.CharField(
        label=_("Välj ett lösenord"),
        help_text=_("Minst tolv tecken. Använd det ingen annanstans."),
        strip=False,
        min_length=12,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"class": "text-field__input", "autocomplete": "new-password"}),
        error_messages={"min_length": _("Lösenordet är för kort. Skriv minst tolv tecken.")},
    )
    again = forms.CharField(
        label=_("Lösenordet en gång till"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"class": "text-field__input", "autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label=_("Engångskod"),
        help_text=_("Sex siffror från appen i din telefon."),
        max_length=12,
        widget=forms.TextInput(
            attrs={"class": "text-field__input", "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def __init__(self, *args: Any, user: User, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.secret = user, secret

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].replace(" ", "")
        if not validate_totp_code(self.secret, code):
            raise ValidationError(_("Koden stämmer inte. Vänta på nästa, och kontrollera telefonens klocka."))
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("Lösenorden är inte lika."))
        return data
