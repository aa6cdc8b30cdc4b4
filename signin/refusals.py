"""Refusals of staff sign-in, with a message: what happened, and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.oidc import SignInFailure

_AGAIN = _("Försök igen. Händer det igen, kontakta kommunens it-stöd och säg felkoden.")
_SUPPORT = _("Kontakta kommunens it-stöd och säg felkoden. Du kan inte rätta till det själv.")


@dataclass(frozen=True)
class Refusal:
    heading: str | Promise
    text: str | Promise
    try_again: bool = True


REFUSALS: dict[str, Refusal] = {
    SignInFailure.CANCELLED: Refusal(_("Inloggningen avbröts"), _("Du är inte inloggad. Du kan börja om när du vill.")),
    SignInFailure.STATE: Refusal(
        _("Inloggningen gäller inte längre"),
        _("Den började i en annan webbläsare, tog för lång tid eller är redan använd. Börja om."),
    ),
    SignInFailure.PROVIDER: Refusal(_("Kommunens inloggning svarar inte"), _AGAIN),
    SignInFailure.ISSUER: Refusal(_("Svaret kom inte från kommunens inloggning"), _SUPPORT, try_again=False),
    SignInFailure.AUDIENCE: Refusal(_("Svaret var till ett annat system"), _SUPPORT, try_again=False),
    SignInFailure.NONCE: Refusal(_("Svaret hör till en annan inloggning"), _AGAIN),
    SignInFailure.EXPIRED: Refusal(_("Svaret från kommunens inloggning är för gammalt"), _AGAIN),
    SignInFailure.TOKEN: Refusal(_("Svaret från kommunens inloggning går inte att lita på"), _SUPPORT, try_again=False),
    "mfa": Refusal(
        _("Du behöver logga in med två steg"),
        _("Lösenord räcker inte här. Logga in med kort, app eller kod. Vet du inte hur, fråga kommunens it-stöd."),
    ),
    "role": Refusal(
        _("Du har ingen roll i Hemtjänstvalet"),
        _("Du är inloggad hos kommunen, men ingen har gett dig en roll här. Be din chef beställa den."),
        try_again=False,
    ),
    "closed": Refusal(
        _("Ditt konto är stängt"), _("Prata med din chef eller med systemets administratör."), try_again=False
    ),
    "not_asked": Refusal(
        _("Kommunens inloggning frågade inte vem du är"),
        _("Det du ville göra kräver att du nyss har visat det. Inget är gjort. Kontakta kommunens it-stöd."),
        try_again=False,
    ),
    "no_provider": Refusal(
        _("Det går inte att logga in så"), _("Kommunens inloggning är inte kopplad till systemet."), try_again=False
    ),
    "no_local": Refusal(
        _("Det går inte att logga in så"), _("Lösenord är avstängda här. Logga in med kommunens konto.")
    ),
}
