"""Register a choice, or correct the current one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Choice
from choices.selectors import current_choice_of
from common.forms import posted, uploaded
from common.languages import PRINTED
from desk.choice_form import ChoiceForm
from desk.forms import ScanQuery
from desk.registration import ChangedMeanwhile, register
from desk.scans import waiting_scans
from letters import services as letters
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page, visible_person


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def new_choice(request: HttpRequest, actor: Actor, reference: str, correct: bool = False) -> HttpResponse:
    person = visible_person(reference=reference, actor=actor)
    current = current_choice_of(person=person)
    if correct and current is None:
        raise Http404
    wanted = ScanQuery(request.GET).asked["blankett"]
    scan = waiting_scans(actor=actor).filter(reference=wanted).first() if wanted else None
    form = ChoiceForm(
        posted(request),
        uploaded(request),
        person=person,
        current=current,
        correct=correct,
        scan=scan,
        sees_protected=actor.may(Right.SEE_PROTECTED),
    )
    context = {"person": person, "form": form, "correct": correct, "current": current, "scan": scan}
    if form.is_valid():
        try:
            done = register(person=person, filled=form.filled(), actor=actor)
        except ChangedMeanwhile as changed:
            # The input stays in the form, now based on the current choice: submitted again it is registered after that
            # one.
            form.renew(changed.now.reference if changed.now else "")
            context["changed"] = changed.now
            context["current"] = changed.now
            return render(request, "desk/choice.html", context, status=409)
        except ValidationError as error:
            for text in error.messages:
                form.add_error(None, text)
        else:
            messages.success(request, _done(done.choice))
            if done.receipt is False:
                messages.warning(request, _("Inget kvitto kunde skrivas: brevtexten saknas. Säg till administratören."))
            return redirect("casework:person", reference=person.reference)
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="choice.form")
    return render(request, "desk/choice.html", context)


@require_POST
@staff_page(Right.REGISTER_CHOICE)
def paper_form(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The person's form, to be printed and sent, in their language if forms are printed in it."""
    person = visible_person(reference=reference, actor=actor)
    disclose(actor=actor, concerned=[person], purpose=Purpose.FILE, what="paper_form")
    with override(person.language if person.language in PRINTED else "sv"):
        form, content = letters.paper_form(person=person, actor=actor)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="blankett-{form.reference}.pdf"'},
    )


def _done(choice: Choice) -> str:
    day = date_format(choice.received_on)
    return _("Valet är registrerat. Det kom in %(day)s. Referens: %(reference)s.") % {
        "day": day,
        "reference": choice.reference,
    }
