"""The survey: one page, without JavaScript. It shows neither whose answer it is nor an answer that has been sent."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citizens.access import Citizen, citizen_page
from citizens.login import limits
from citizens.survey.forms import SurveyForm
from common import clock, letter_codes
from common.addresses import client_address
from common.forms import posted
from followup.survey import answer_as, answer_by_code, may_answer, open_survey


@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    survey = open_survey(clock.today())
    if survey is None:
        return render(request, "citizens/survey/closed.html")
    form, status = SurveyForm(posted(request), survey=survey, with_code=True), 200
    if form.is_valid():
        try:
            _answer(form, client_address(request))
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "code", error.messages)
        except (limits.TooManyTries, limits.LimitsUnavailable):
            form.add_error("code", _("Det går inte just nu. Vänta en stund, eller ring oss."))
            status = 429
        else:
            return redirect("survey:thanks")
    if form.errors and status == 200:
        status = 422
    return render(request, "citizens/survey/survey.html", {"form": form, "survey": survey}, status=status)


def _answer(form: SurveyForm, address: str) -> None:
    """A try is counted before it is made, as at the sign-in by code, and given back when it was right."""
    code = form.cleaned_data["code"]
    try:
        digest = letter_codes.digest(letter_codes.parse(code))
    except letter_codes.CodeError as error:
        raise ValidationError({"code": str(error)}) from None
    in_all = limits.take(address=address, digest=digest)
    try:
        answer_by_code(code=code, answers=form.answers)
    except ValidationError:
        limits.tell_of_failure(in_all)
        raise
    limits.give_back(address=address, digest=digest)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def signed_in(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Answer of a person signed in by e-ID. A representative uses the code of the letter."""
    survey = may_answer(person=citizen.person, day=clock.today()) if citizen.mandate is None else None
    if survey is None:
        return render(request, "citizens/survey/closed.html", {"citizen": citizen})
    form = SurveyForm(posted(request), survey=survey, with_code=False)
    if form.is_valid():
        try:
            answer_as(person=citizen.person, answers=form.answers)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("survey:thanks")
    context = {"form": form, "survey": survey, "citizen": citizen}
    return render(request, "citizens/survey/survey.html", context, status=422 if form.errors else 200)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "citizens/survey/thanks.html")
