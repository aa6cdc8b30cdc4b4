from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    INVITATION = "invitation", _("Inbjudan att välja")
    REMINDER = "reminder", _("Påminnelse om valet")
    RECEIPT = "receipt", _("Kvitto på valet")
    DECISION = "decision", _("Besked om utförare")
    QUEUE = "queue", _("Plats i kö")
    OFFER = "offer", _("Erbjudande om plats")
    EXPIRED = "expired", _("Erbjudandet har gått ut")
    EXIT = "exit", _("Utföraren slutar")
    NEW_START = "new_start", _("Nytt startdatum")
    CORRECTION = "correction", _("Rättelse")
    SURVEY = "survey", _("Enkät")


class Language(models.TextChoices):
    """Languages of letters. Swedish for readers of any other."""

    SWEDISH = "sv", _("Svenska")
    EASY = "sv-l", _("Lätt svenska")
    FINNISH = "fi", _("Finska")
    ENGLISH = "en", _("Engelska")
