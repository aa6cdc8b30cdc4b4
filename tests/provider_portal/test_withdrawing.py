"""A proposal that the municipality decides while its author withdraws it."""

import threading
import time

import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.roles import Role
from providers.models import Provider
from providers.profile_changes import approve_profile, propose_profile, published
from tests import factories as make


def _until_it_waits() -> None:
    """Until the other connection waits for a lock of this one."""
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_approval_and_withdrawal_at_once_are_told_in_words():
    make.MunicipalityFactory.create()
    provider = make.ProviderFactory.create(code="lindens", phone="08-1")
    author = make.UserFactory.with_role(Role.PROVIDER_ADMIN, provider=provider)
    change = propose_profile(
        provider=provider,
        part="facts",
        after=published(provider=provider, part="facts") | {"phone": "08-530 610 02"},
        reason="Nytt nummer",
        actor=Actor.staff(author),
    )
    client = Client()
    client.force_login(author)
    answers: list[HttpResponse] = []

    def withdraw() -> None:
        answers.append(client.post(reverse("portal:profile_withdraw", args=[change.reference])))
        connection.close()

    thread = threading.Thread(target=withdraw)
    with transaction.atomic():
        approve_profile(change=change, actor=Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER)))
        thread.start()
        _until_it_waits()
    thread.join(20)

    (answer,) = answers
    assert answer.status_code == 302
    assert [str(each) for each in get_messages(answer.wsgi_request)] == ["Förslaget är redan avgjort."]
    assert Provider.objects.get(pk=provider.pk).phone == "08-530 610 02"
