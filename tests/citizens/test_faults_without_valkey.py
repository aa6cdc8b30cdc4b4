"""A fault of the website can be reported while Valkey is down."""

import pytest
from django.conf import settings as project
from django.urls import reverse

from citizens.models import FaultReport


@pytest.mark.django_db
def test_report_is_taken_without_valkey(client, settings):
    settings.CACHES = {"default": {**project.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}}
    answer = client.post(reverse("info:report_fault"), {"what": "Knappen syns inte"})
    assert answer.status_code == 302
    assert FaultReport.objects.count() == 1
