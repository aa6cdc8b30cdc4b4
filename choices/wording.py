"""Questions of a choice, shared by the citizens' pages and the paper form."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLE = _("Ditt val av utförare")
WANT = _("Vill du välja utförare?")
WANT_YES = _("Ja, jag vill välja")
WANT_NO = _("Nej, jag vill inte välja")
RANK = _("Vilka utförare vill du ha?")
RANK_HOW = _("Sätt den du helst vill ha först. Du kan välja upp till fem. Det räcker med en.")
FULL_TOO = _("Du kan välja en utförare även om det är fullt. Då kan du ställa dig i kö.")
QUEUE = _("Vill du stå i kö om det är fullt?")
QUEUE_YES = _("Ja, jag vill stå i kö")
QUEUE_NO = _("Nej, jag vill inte stå i kö")
QUEUE_HOW = _("När det blir din tur får du ett brev. Du kan tacka nej då.")
INTERIM = _("Får en annan utförare hjälpa dig medan du väntar?")
INTERIM_YES = _("Ja, någon annan får hjälpa mig så länge")
INTERIM_NO = _("Nej, jag vill inte ha någon annan så länge")
INTERIM_HOW = _(
    "Du står kvar i kön, vad du än svarar. Svarar du nej behåller du den du har. Har du ingen hjälper kommunens"
    " hemtjänst dig så länge."
)
TOGETHER = _("Vill du ha samma utförare som den du bor med?")
TOGETHER_YES = _("Ja, vi vill ha samma utförare")
TOGETHER_NO = _("Nej, jag väljer bara åt mig själv")
TOGETHER_HOW = _(
    "Ni väljer var för sig. Det gäller bara om ni båda svarar ja och har samma utförare i samma ordning. "
    "Vi visar inte vad den andra har svarat."
)
LANGUAGE = _("Vill du att personalen ska tala ett visst språk?")
LANGUAGE_NONE = _("Nej, det spelar ingen roll")
LANGUAGE_HOW = _("Vi berättar för utföraren vad du önskar. Vi kan inte lova att det går.")

# On paper, answers are written by hand.
ON_PAPER_RANK_HOW = _("Skriv 1 vid den du helst vill ha, 2 vid nästa och så vidare, högst fem. Det räcker med en.")
ON_PAPER_LANGUAGE = _("Skriv språket här om svaret är ja:")

# Rule for a person who does not answer, outside rounds.
NOTHING_CHANGES: Promise = _("Om du inte gör något behåller du den utförare du har i dag. Inget ändras för dig.")
