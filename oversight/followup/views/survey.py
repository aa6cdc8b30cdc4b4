"""The yearly survey: opened, its letters, answers on paper, results, published when it is over."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from citizens.survey.forms import SurveyForm
from common import clock
from common.forms import posted
from common.spreadsheet import csv_bytes
from followup import survey as services
from followup.models import Survey
from oversight.followup.forms import StartSurveyForm, YearQuery, add_faults
from oversight.followup.survey_letters import survey_url, write_survey_letters
from oversight.followup.survey_results import file_header, file_rows, question_results
from staff_ui.access import staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.SEE_FIGURES)
def surveys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All surveys, with how many are asked and how many have answered. An administrator opens the next one."""
    form = StartSurveyForm(posted(request), initial={"opens_on": clock.today()})
    if form.is_bound:
        actor.require(Right.MANAGE_ROUNDS)
    if form.is_valid():
        try:
            services.start_survey(**form.cleaned_data, actor=actor)
        except ValidationError as error:
            add_faults(form, error)
        else:
            messages.success(request, _("Enkäten är öppnad. Skriv breven."))
            return redirect("casework:surveys")
    today = clock.today()
    context = {"rows": services.turnouts(), "form": form, "today": today, "open": services.open_survey(today)}
    return render(request, "oversight/followup/surveys.html", context, status=422 if form.errors else 200)


@require_POST
@staff_page(Right.MAKE_LETTERS)
def survey_letters(request: HttpRequest, actor: Actor, year: int) -> HttpResponse:
    survey = get_object_or_404(Survey, year=year)
    try:
        count = write_survey_letters(survey=survey, url=survey_url(request), actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("casework:surveys")
    messages.success(request, _("Skrivna brev: %(count)d.") % {"count": count})
    return redirect("casework:post")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.REGISTER_CHOICE)
def survey_paper(request: HttpRequest, actor: Actor) -> HttpResponse:
    """An answer that came in on paper, by the code that is printed on it."""
    survey = services.open_survey(clock.today())
    form = SurveyForm(posted(request), survey=survey, with_code=True) if survey else None
    if form is not None and form.is_valid():
        try:
            services.answer_by_code(code=form.cleaned_data["code"], answers=form.answers)
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "code", error.messages)
        else:
            messages.success(request, _("Svaret är räknat."))
            return redirect("casework:survey_paper")
    status = 422 if form is not None and form.errors else 200
    return render(request, "oversight/followup/survey_paper.html", {"form": form, "survey": survey}, status=status)


@require_POST
@staff_page(Right.MANAGE_ROUNDS)
def survey_publish(request: HttpRequest, actor: Actor, year: int) -> HttpResponse:
    survey = get_object_or_404(Survey, year=year)
    try:
        count = services.publish_results(survey=survey, actor=actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Resultatet står i jämförelsen. Antal siffror: %(count)s.") % {"count": count})
    return redirect("casework:surveys")


@require_safe
@staff_page(Right.SEE_FIGURES)
def survey_results(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One year's results; the last one's without a choice."""
    surveys = list(services.finished_surveys(day=clock.today()))
    asked = YearQuery(request.GET).asked["ar"]
    survey = next((each for each in surveys if each.year == asked), surveys[0] if surveys else None)
    context = {"surveys": surveys, "survey": survey, "results": question_results(survey) if survey else []}
    return render(request, "oversight/followup/survey_results.html", context)


@require_safe
@staff_page(Right.SEE_FIGURES)
def survey_results_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All years and questions."""
    content = csv_bytes(file_header(), file_rows(services.finished_surveys(day=clock.today())))
    disposition = 'attachment; filename="enkater.csv"'
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
