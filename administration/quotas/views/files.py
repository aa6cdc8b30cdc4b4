"""Export and import of contracts and quotas in Excel: preview of the differences, then all or nothing."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actors import Actor
from accounts.roles import Right
from administration.quotas import export
from common import clock
from common.spreadsheet import xlsx_file
from staff_ui.access import staff_page
from staff_ui.file_steps import file_step

KIND = "quotas"


@require_safe
@staff_page(Right.MANAGE_PROVIDERS)
def quota_sheet(request: HttpRequest, actor: Actor) -> FileResponse:
    return FileResponse(
        xlsx_file(export.header(), export.rows()),
        as_attachment=True,
        filename=f"avtal-och-kvoter-{clock.today()}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Right.MANAGE_PROVIDERS)
def quota_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    step = file_step(request, kind=KIND, actor=actor, more=lambda table: {"differences": export.differences(table)})
    if step.is_done:
        return redirect("casework:providers")
    return render(request, "administration/quotas/file.html", step.context, status=step.status)
