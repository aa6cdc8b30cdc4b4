"""Expired certificates: of the proxy in front, of the municipality's sign-in, of Navet, and our own for Navet.

Each says what is seen, and what is well again when the certificate is renewed.
"""

import os
import shutil
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx

from devservers import instance, processes
from tests.drills.expired import Authority, expired_server
from tests.drills.protocol import check, new_folder, say
from tests.drills.web import Web, process

NAME = "drills"
FOLDER = new_folder()
NUMBER = "194001019803"
SERVICE = {"organisation": "162120000000", "order": "00000000-0000-0000-0000-000000000000"}


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """No log of requests."""


def main() -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "botkyrka_hemtjanst.settings.dev",
        "EMBEDDED_INSTANCE": NAME,
        "MEDIA_ROOT": str(FOLDER),
        "LOG_LEVEL": "WARNING",
    }
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, skip_checks=True)
        authority = Authority(FOLDER)
        proxy(authority)
        sign_in(authority)
        navet(authority)
    finally:
        instance.destroy(NAME)
        shutil.rmtree(FOLDER, ignore_errors=True)


def proxy(authority: Authority) -> None:
    port = processes.choose_port()

    class Forward(Quiet):
        def do_GET(self) -> None:
            answer = httpx.get(f"http://127.0.0.1:{port}{self.path}", headers={"X-Forwarded-Proto": "https"})
            self.send_response(answer.status_code)
            self.end_headers()
            self.wfile.write(answer.content)

    with process(FOLDER, "gunicorn", "botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--no-control-socket"):
        web = Web(port)
        web.wait(200)
        with expired_server(authority, Forward) as (address, renew):
            said = _ask(f"{address}/", authority)
            say("certificate of the proxy", f"a browser: {said}; from inside /halsa/webb/ {web.get('/halsa/webb/')}")
            check("refused outside, well inside", "expired" in said and web.get("/halsa/webb/") == 200)
            renew()
            check("renewed, web not restarted: the page is there", _ask(f"{address}/", authority) == "200")


def sign_in(authority: Authority) -> None:
    """Staff sign in through a provider whose certificate has expired."""
    from django.urls import reverse

    with expired_server(authority, Quiet) as (issuer, renew):
        port = processes.choose_port()
        settings = {
            "STAFF_OIDC_ISSUER": issuer,
            "STAFF_OIDC_CLIENT_ID": "x",
            "STAFF_OIDC_CLIENT_SECRET": "y",
            "STAFF_OIDC_ROLES": '{"x": "admin"}',
            "REQUESTS_CA_BUNDLE": str(authority.file),
        }
        command = ["botkyrka_hemtjanst.wsgi", f"--bind=127.0.0.1:{port}", "--no-control-socket"]
        with process(FOLDER, "gunicorn", *command, **settings) as log:
            web = Web(port)
            web.wait(200)

            def tried() -> tuple[int, list[str]]:
                before = len(log.read_text())
                answer = httpx.get(web.address + reverse("login_staff"), timeout=30, follow_redirects=True)
                lines = log.read_text()[before:].splitlines()
                return answer.status_code, [line for line in lines if "sign_in.provider_failed" in line]

            status, lines = tried()
            said = next((line for line in lines if "certificate" in line.lower()), "-")
            say("certificate of the sign-in", f"the page answers {status}; log: {said[:200]}")
            check("no error page, and the log names the certificate", status < 500 and said != "-")
            renew()
            _status, lines = tried()
            check("renewed: the certificate is no reason any more", not any("certificate" in line for line in lines))


def navet(authority: Authority) -> None:
    from choices.models import RegisterMark
    from choices.registers.navet.reading import RegisterError
    from choices.registers.navet.web_service import WebService

    def asked(address: str, own: Path) -> str:
        keys = {"certificate": str(own), "key": str(own), "authority": str(authority.file)}
        try:
            WebService(address=address, **keys, **SERVICE).posts_about(NUMBER)
        except RegisterError as error:
            return str(error)
        return "answered"

    with expired_server(authority, Quiet) as (address, renew):
        valid = authority.certificate("own", days=30)
        said = asked(address, valid)
        say("certificate of Navet", f"read_register --ask: {said}")
        check("the words are about Navet's certificate, and nothing is marked", "Navets certifikat" in said)
        renew()
        again = asked(address, valid)
        check(f"renewed: it is reached ({again})", "certifikat" not in again)
        said = asked(address, authority.certificate("old", days=-3))
        say("our certificate for Navet", said)
        check("the setting is named", "NAVET_CERTIFICATE" in said and not RegisterMark.objects.exists())


def _ask(address: str, authority: Authority) -> str:
    import ssl

    try:
        return str(httpx.get(address, verify=ssl.create_default_context(cafile=authority.file)).status_code)
    except httpx.TransportError as error:
        return str(error)


if __name__ == "__main__":
    main()
