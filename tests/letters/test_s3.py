"""Files in a real S3 server: rendered, merged, shown, handed over, removed, saved and restored."""

import json
import socket
import subprocess
import sys
import time

import boto3
import httpx
import pytest
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from botkyrka_hemtjanst.settings.base import env
from botkyrka_hemtjanst.settings.stores import s3_store
from letters import files
from letters.selectors import letter_pdf_path, print_batch_path, unrendered
from letters.services import approve_batch, compose_print_batch, create_letters, hand_over, render_letter
from letters.services.handover import file_faults
from oversight.backup.named import unnamed
from oversight.health.checks import checks
from tests.world import SYSTEM, staff

BUCKET = "letters-of-a-test"


@pytest.fixture(scope="module")
def server():
    """A server process; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while True:
        try:
            httpx.get(address)
            break
        except httpx.TransportError:
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def bucket(server, settings, monkeypatch, tmp_path):
    """Keys of the bucket's objects, sorted."""
    for key, value in {"S3_ENDPOINT": server, "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"}.items():
        monkeypatch.setitem(env.ENVIRON, key, value)
    client = boto3.client(
        "s3", endpoint_url=server, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket=BUCKET)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {**project.STORAGES, "default": s3_store(BUCKET, env)}
    settings.S3_BUCKET = BUCKET

    def keys() -> list[str]:
        return sorted(each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()))

    keys.client = client
    yield keys
    for key in keys():
        client.delete_object(Bucket=BUCKET, Key=key)
    client.delete_bucket(Bucket=BUCKET)
    # Its connections; the next test makes new ones.
    default_storage.connection.meta.client.close()
    client.close()


@pytest.fixture
def letter(db, world, apply, bucket):
    world.choose(world.person(), world.p)
    create_letters(run=apply(), actor=SYSTEM)
    (made,) = unrendered()
    return render_letter(letter_id=made.pk)


def test_letter_is_an_object_without_public_access_and_is_made_again_if_lost(letter, bucket):
    assert bucket() == [letter.file_name]
    before = letter_pdf_path(letter).read_bytes()
    assert before.startswith(b"%PDF")
    grants = bucket.client.get_object_acl(Bucket=BUCKET, Key=letter.file_name)["Grants"]
    assert not [grant for grant in grants if grant["Grantee"].get("URI")]
    files.media(letter.file_name).unlink()
    assert letter_pdf_path(letter) is None
    render_letter(letter_id=letter.pk)
    assert letter_pdf_path(letter).read_bytes() == before
    assert not project.MEDIA_ROOT.exists()


def test_page_shows_the_letter(letter, client):
    staff("lena", Role.SENIOR_OFFICER)
    client.force_login(User.objects.get(username="lena"))
    answer = client.get(reverse("casework:letter", args=[letter.reference]))
    assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")


def test_print_batch_is_merged_checked_and_handed_over(letter, bucket, settings, tmp_path):
    settings.LETTER_DROP = str(tmp_path / "drop")
    batch = compose_print_batch(stack=letter.stack, actor=SYSTEM)
    folder = f"print/{batch.reference}"
    names = ["letters-001.pdf", "manifest.csv", "manifest.json"]
    assert bucket() == [letter.file_name, *(f"{folder}/{name}" for name in names)]
    assert file_faults(batch) == []
    assert json.loads(print_batch_path(batch, "manifest.json").read_bytes())["batch"] == batch.reference
    senior = staff("lena", Role.SENIOR_OFFICER)
    approve_batch(batch=batch, actor=senior)
    hand_over(batch=batch, actor=senior)
    dropped = sorted(path.name for path in (tmp_path / "drop" / batch.reference).iterdir())
    assert dropped == names
    print_batch_path(batch).unlink()
    assert len(file_faults(batch)) == 1


def test_objects_that_no_row_names_are_listed(letter, bucket):
    files.write("letters/LATER.pdf", b"%PDF")
    files.write("print/OTHER/manifest.json", b"{}")
    assert list(unnamed()) == ["letters/LATER.pdf", "print/OTHER/manifest.json"]


def test_store_that_does_not_answer_is_seen(letter, bucket, settings, monkeypatch):
    assert {check.code: check.is_well for check in checks()}["store"]
    monkeypatch.setitem(env.ENVIRON, "S3_ENDPOINT", "http://127.0.0.1:9")
    settings.STORAGES = {**project.STORAGES, "default": s3_store(BUCKET, env)}
    assert not {check.code: check.is_well for check in checks()}["store"]
