from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OwnWords(models.Model):
    """A translation of a text that the municipality has typed in Swedish: name of an area or a service, phone hours.

    It follows the Swedish text: another text has no translation until somebody writes one.
    """

    text = models.CharField(_("på svenska"), max_length=300)
    language = models.CharField(_("språk"), max_length=5, choices=settings.LANGUAGES)
    words = models.CharField(_("på språket"), max_length=300)

    class Meta:
        verbose_name = _("kommunens översättning")
        verbose_name_plural = _("kommunens översättningar")
        constraints = [
            models.UniqueConstraint(name="providers_own_words_once", fields=["text", "language"]),
            models.CheckConstraint(name="providers_own_words_not_empty", condition=~models.Q(words="")),
            models.CheckConstraint(name="providers_own_words_not_swedish", condition=~models.Q(language="sv")),
        ]

    def __str__(self) -> str:
        return self.words
