"""The whole site, and the baseline: a bare view that does one insert."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def one_insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (words) VALUES ('x')")
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("bare/", one_insert), path("", include("botkyrka_hemtjanst.urls"))]
