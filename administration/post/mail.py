"""Held letters, returned letters, and letters that named staff post by hand."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.post.batches import pdf
from administration.post.forms import PostedLettersForm, ReturnedForm
from citizens.login.letter_codes import holds_ended_code, login_url, reissue_code
from common.forms import faults_of
from letters import selectors, services
from letters.models import Letter, ReturnedLetter
from secrecy.gate import Purpose, disclose
from staff_ui.access import staff_page
from staff_ui.paging import page_of


@require_safe
@staff_page(Right.SEE_PERSONS)
def held(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By reference and area: the name is on the person's own page."""
    actor.require(Right.MAKE_LETTERS)
    page = page_of(selectors.held_letters(actor=actor), request.GET)
    disclose(actor=actor, concerned=[each.person for each in page], purpose=Purpose.LIST, what="held_letters")
    return render(request, "administration/post/held.html", {"page": page})


@require_POST
@staff_page(Right.SEE_PERSONS)
def write_again(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    actor.require(Right.MAKE_LETTERS)
    letter = get_object_or_404(selectors.visible_letters(actor=actor), reference=reference)
    try:
        if holds_ended_code(letter):
            new = reissue_code(person=letter.person, actor=actor, url=login_url(request))
        else:
            new = services.new_version(letter=letter, actor=actor)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        if new.route == Letter.Route.HOLD:
            messages.error(request, _("Brevet kan fortfarande inte skickas: %(why)s") % {"why": new.hold_reason})
        else:
            messages.success(request, _("Ett nytt brev är skrivet. Det går med nästa post."))
    return redirect("casework:held")


@require_http_methods(["GET", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def returns(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Returned letters: scan the small code at the top of the letter, or type its reference."""
    if request.method == "POST":
        form = ReturnedForm(request.POST)
        try:
            if not form.is_valid():
                raise faults_of(form)
            returned = services.register_return(**form.cleaned_data, actor=actor)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
        else:
            messages.success(
                request, _("Brevet %(reference)s är registrerat.") % {"reference": returned.letter.reference}
            )
        return redirect("casework:returns")
    page = page_of(selectors.open_returns(actor=actor), request.GET)
    disclose(actor=actor, concerned=[each.letter.person for each in page], purpose=Purpose.LIST, what="returns")
    return render(request, "administration/post/returns.html", {"page": page, "reasons": ReturnedLetter.Reason.choices})


@require_http_methods(["GET", "POST"])
@staff_page(Right.SEE_PROTECTED)
def protected(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By reference. Each letter is opened separately, and requires a reason."""
    waiting = selectors.protected_mail(actor=actor)
    if request.method == "POST":
        form = PostedLettersForm(request.POST, waiting=waiting)
        if form.is_valid():
            count = services.mark_protected_posted(letters=list(form.cleaned_data["letters"]), actor=actor)
            messages.success(request, _("Brev märkta som postade: %(count)d.") % {"count": count})
        for text in faults_of(form).messages:
            messages.error(request, text)
        return redirect("casework:protected_mail")
    return render(request, "administration/post/protected.html", {"page": page_of(waiting, request.GET)})


@require_safe
@staff_page(Right.SEE_PROTECTED)
def cover_sheet(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        sheet = services.print_cover_sheet(letters=list(selectors.protected_mail(actor=actor)), actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("casework:protected_mail")
    return pdf(sheet, "foljebrev.pdf")
