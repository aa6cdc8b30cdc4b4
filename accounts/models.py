from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of the municipality's staff. Roles are Django groups, see ``accounts.roles``.

    Roles give rights; areas (``providers.Area.officers``) limit them to people. A new user has neither.
    """

    all_areas = models.BooleanField(
        _("alla områden"), default=False, help_text=_("Annars bara personer i de områden som är valda.")
    )

    # Identity at the municipality's identity provider. Both empty: a local account.
    oidc_issuer = models.CharField(_("inloggningstjänst"), max_length=200, blank=True, editable=False)
    oidc_subject = models.CharField(_("där känd som"), max_length=255, blank=True, editable=False)

    # User name there, in lower case. The same name with another subject: an account that was made anew.
    oidc_name = models.CharField(
        _("användarnamn där"), max_length=150, default="", db_default="", blank=True, editable=False
    )
    # Roles that the identity provider gave at the last sign-in, separated by spaces. Others have been added here.
    oidc_roles = models.CharField(
        _("roller därifrån"), max_length=200, default="", db_default="", blank=True, editable=False
    )

    class Meta:
        verbose_name = _("användare")
        verbose_name_plural = _("användare")
        constraints = [
            models.UniqueConstraint(
                name="accounts_user_one_per_subject",
                fields=["oidc_issuer", "oidc_subject"],
                condition=~models.Q(oidc_subject=""),
            ),
            models.CheckConstraint(
                name="accounts_user_subject_has_issuer",
                condition=models.Q(oidc_issuer="", oidc_subject="")
                | (~models.Q(oidc_issuer="") & ~models.Q(oidc_subject="")),
            ),
        ]

    @property
    def is_local(self) -> bool:
        return not self.oidc_subject

    def __str__(self) -> str:
        return self.get_full_name() or self.username
