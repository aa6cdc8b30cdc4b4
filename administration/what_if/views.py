"""What-if simulation, computed synchronously. It writes nothing."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.what_if.forms import WhatIfForm
from allocation.whatif import replicate, simulate
from allocation.whatif.charts import charts
from allocation.whatif.scenario import REPLICATION_DAYS, replications
from allocation.whatif.start import NothingToStartFromError, start
from allocation.whatif.summary import sentences, wait_rows
from staff_ui.access import staff_page


@require_safe
@staff_page(Right.MANAGE_PROVIDERS)
def what_if(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        begin = start()
    except NothingToStartFromError:
        return render(request, "administration/what_if/what_if.html", {})
    form = WhatIfForm(request.GET, start=begin)
    context: dict[str, object] = {"form": form, "begin": begin}
    if form.is_valid():
        scenario = form.cleaned_data["scenario"]
        result = simulate(begin.problem, scenario)
        persons = sum(len(unit.members) for unit in begin.problem.units)
        times = replications(persons=persons, years=scenario.years)
        others = replicate(begin.problem, replace(scenario, step_days=REPLICATION_DAYS), times)
        names = {"area_names": begin.area_names, "provider_names": begin.provider_names}
        context |= {
            "result": result,
            "last": result.steps[-1],
            "sentences": sentences(result, area_names=begin.area_names),
            "wait_rows": wait_rows(result, others),
            "charts": charts(result, others=others, **names),
            "replications": len(others),
        }
    return render(request, "administration/what_if/what_if.html", context)
