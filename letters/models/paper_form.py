from django.db import models
from django.utils.translation import gettext_lazy as _

from choices.models import ChoiceRound, Person
from common import clock
from common.references import new_reference


class PaperForm(models.Model):
    """A paper form for a choice (blankett), known by its reference: it carries no identity number."""

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="paper_forms", verbose_name=_("person"))
    # None: outside any round.
    round = models.ForeignKey(
        ChoiceRound, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("valomgång")
    )
    made_at = models.DateTimeField(_("gjord"), default=clock.now)

    class Meta:
        verbose_name = _("blankett")
        verbose_name_plural = _("blanketter")
        constraints = [
            models.UniqueConstraint(name="letters_paperform_one_each", fields=["person", "round"], nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.reference
