"""Paper form: the questions of the web pages in the same words, with a code that identifies the person to the desk."""

from django.db import transaction
from django.utils.translation import get_language

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices import wording
from choices.households import lives_with_somebody
from choices.models import Person
from choices.rounds import RoundNow, as_of, round_of
from common import clock
from letters.models import PaperForm
from providers import public
from providers.neutral_order import shuffled
from providers.selectors import municipality


@transaction.atomic
def paper_form(*, person: Person, actor: Actor) -> tuple[PaperForm, bytes]:
    """The person's form for the current round or choice, and its PDF in the active language. Idempotent.

    Raises:
        RenderError: the PDF cannot be made.
    """
    actor.require(Right.REGISTER_CHOICE)
    actor.require_person(person.reference)
    round = round_of(person=person, received_on=clock.today())
    form, made = PaperForm.objects.get_or_create(person=person, round=round)
    if made:
        record(actor=actor, action="form.make", person_reference=person.reference, object_reference=form.reference)
    return form, _pdf(form, as_of(round=round, day=clock.today()) if round else None)


def _pdf(form: PaperForm, now: RoundNow | None) -> bytes:
    # Imported here, so that the site starts on a machine without Pango.
    from letters.form_pdf import form_pdf

    person, day = form.person, clock.today()
    cards = public.comparison(area=person.area, language=get_language(), day=day)
    return form_pdf(
        reference=form.reference,
        context={
            "form": form,
            "person": person,
            "now": now,
            "municipality": municipality(),
            "words": wording,
            # Same order as in the person's letters and on their page.
            "providers": [
                card.provider for card in shuffled(cards, seed=person.reference, key=lambda card: card.provider.code)
            ],
            "lives_with_somebody": lives_with_somebody(person=person, day=day),
        },
    )
