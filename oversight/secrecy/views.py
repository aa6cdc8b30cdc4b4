"""Pages on protected people: reasons, protection changes, address requests."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.redirects import redirect_to_reauthentication
from accounts.roles import Right
from accounts.sessions import recently_authenticated
from choices.address_looks import answer, ask_for_address, is_address_open, own_question, questions
from choices.protection import answer_change, open_changes, set_protection
from choices.selectors import visible_persons
from common.addresses import is_own_page
from common.forms import YesOrNoForm, faults_of, posted
from oversight.secrecy.forms import OnwardQuery, ProtectionForm, WeighedReasonForm
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page, visible_person
from staff_ui.outcomes import outcome_shown
from staff_ui.reasons import open_look, protected_person_behind


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS, asks_reason=False)
def reason(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return reason_page(request, actor, reference, page="casework:person")


def reason_page(request: HttpRequest, actor: Actor, reference: str, *, page: str) -> HttpResponse:
    """Form for the reason to see a protected person. It shows nothing of the person.

    A reason leads to the page of this site in ``?till=``, else to ``page`` of the person.
    """
    person = protected_person_behind(reference=reference, actor=actor)
    if person is None:
        raise Http404
    form = WeighedReasonForm(posted(request))
    onward = OnwardQuery(request.GET).asked["till"]
    if not is_own_page(onward):
        onward = reverse(page, args=[person.reference])
    if form.is_valid():
        open_look(request=request, person=person, reason=form.cleaned_data["reason"], actor=actor)
        return redirect(onward)
    return render(request, "oversight/secrecy/reason.html", {"form": form, "person": person})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PERSONS)
def protection(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Protect immediately; propose to lift protection or to delete the address."""
    person = visible_person(reference=reference, actor=actor)
    if person.is_protected and not recently_authenticated(request):
        return redirect_to_reauthentication(request)
    flags = {"confidential": person.confidential, "protected_registration": person.protected_registration}
    form = ProtectionForm(posted(request), initial=flags)
    if form.is_valid():
        try:
            change = set_protection(
                person=person,
                confidential=form.cleaned_data["confidential"],
                protected_registration=form.cleaned_data["protected_registration"],
                reason=form.cleaned_data["reason"],
                actor=actor,
            )
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            messages.success(request, _proposed() if change else _("Skyddet är ändrat. Det gäller från och med nu."))
            gone = not visible_persons(actor=actor).filter(pk=person.pk).exists()
            return redirect("casework:people") if gone else redirect("casework:person", reference=reference)
    disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="protection.form")
    waiting = person.protection_changes.filter(state="proposed").first()
    context = {"form": form, "person": person, "waiting": waiting}
    return render(request, "oversight/secrecy/protection.html", context)


def _proposed() -> str:
    return _("Förslaget väntar på en annan person med behörighet. Till dess är personen skyddad.")


@require_POST
@staff_page(Right.SEE_PROTECTED, fresh=True)
def answer_protection(request: HttpRequest, actor: Actor, change: str) -> HttpResponse:
    found = get_object_or_404(open_changes(actor=actor), reference=change)
    form = YesOrNoForm(request.POST)
    with outcome_shown(request, _("Svaret är sparat.")):
        if not form.is_valid():
            raise faults_of(form)
        answer_change(change=found, approve=form.is_yes, actor=actor)
    return redirect("casework:addresses")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_PROTECTED, fresh=True)
def address(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """Request the address of a protected person, and see it after approval."""
    person = visible_person(reference=reference, actor=actor)
    is_open = is_address_open(person=person, actor=actor)
    form = WeighedReasonForm(posted(request))
    if form.is_valid() and not is_open:
        try:
            ask_for_address(person=person, reason=form.cleaned_data["reason"], actor=actor)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Du har frågat. En annan person med behörighet ska svara."))
        return redirect("casework:address", reference=reference)
    if is_open:
        disclose(actor=actor, concerned=[person], purpose=Purpose.PAGE, what="address")
    asked = own_question(person=person, actor=actor)
    context = {"form": form, "person": person, "is_open": is_open, "asked": asked}
    return render(request, "oversight/secrecy/address.html", context)


@require_safe
@staff_page(Right.GRANT_ADDRESS)
def addresses(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Pending address requests, without names."""
    context = {"questions": questions(actor=actor), "changes": open_changes(actor=actor), "me": actor.user_id}
    return render(request, "oversight/secrecy/addresses.html", context)


@require_POST
@staff_page(Right.GRANT_ADDRESS, fresh=True)
def answer_address(request: HttpRequest, actor: Actor, question: str) -> HttpResponse:
    asked = get_object_or_404(questions(actor=actor), reference=question)
    form = YesOrNoForm(request.POST)
    with outcome_shown(request, _("Svaret är sparat.")):
        if not form.is_valid():
            raise faults_of(form)
        answer(asked=asked, approve=form.is_yes, actor=actor)
    return redirect("casework:addresses")
