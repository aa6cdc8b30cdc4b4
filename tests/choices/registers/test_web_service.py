"""The web service against a local server that requires a certificate and validates each query.

Not covered: acceptance of our certificate and order by the tax agency's own test environment.
"""

import datetime
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from lxml import etree

from choices.models import Person, RegisterMark
from choices.registers.navet.reading import RegisterError
from choices.registers.navet.web_service import WebService
from common import clock
from tests.choices.registers.navet_files import post
from tests.world import make_world
from tests.world import test_number as number

WSDL = Path("choices/registers/navet/wsdl")
DATA = "http://xmls.skatteverket.se/se/skatteverket/folkbokforing/na/epersondata/V1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class Register(ThreadingHTTPServer):
    """Responses by the WSDL: a person's post, none, or a fault."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: dict[str, str] = {}
        self.schema = etree.XMLSchema(etree.parse(WSDL / "schema/Epersondata.xsd"))
        self.faults: list[str] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        self.context = context
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients without a certificate are refused by TLS."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Register = self.server  # type: ignore[assignment]
        body = etree.fromstring(self.rfile.read(int(self.headers["Content-Length"])))
        question = body[0][0]
        valid = server.schema.validate(question) and self.headers["SOAPAction"] == '""'
        asked = question.findtext(f"{{{DATA}}}PersonId")
        if not valid or server.faults:
            code = server.faults[0] if server.faults else "400"
            fault = (
                f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>x</faultstring><detail><na:WebServiceFault>"
                f"<na:Felkod>{code}</na:Felkod><na:Beskrivning>{asked}</na:Beskrivning></na:WebServiceFault></detail>"
                "</soap:Fault>"
            )
            self._say(500, fault)
            return
        answer = (
            "<na:PersonpostXMLResponse><na:Folkbokforingsposter>"
            f"{server.posts.get(asked or '', '')}</na:Folkbokforingsposter></na:PersonpostXMLResponse>"
        )
        whole = answer.replace("<na:PersonpostXMLResponse>", f'<na:PersonpostXMLResponse xmlns:na="{DATA}">')
        server.schema.assertValid(etree.fromstring(whole))
        self._say(200, answer)

    def _say(self, status: int, inner: str) -> None:
        content = f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:na="{DATA}"><soap:Body>{inner}</soap:Body></soap:Envelope>'
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_args: object) -> None:
        """No request log."""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory) -> Path:
    """A certificate authority, with server and municipality certificates."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = _certify(folder, "ca", None)
    for name, days in (("server", 1), ("municipality", 1), ("expired", -1)):
        _certify(folder, name, authority, days=days)
    return folder


def _certify(folder: Path, name: str, by, *, days: int = 1):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    issuer_key, issuer = by or (key, subject)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(True, False, False, False, False, by is None, by is None, False, False), critical=True
        )
        .sign(issuer_key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return key, subject


@pytest.fixture
def register(certificates) -> Iterator[Register]:
    server = Register(certificates)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service(register, certificates, settings) -> WebService:
    settings.REGISTER_SERVICE = {
        "address": f"https://127.0.0.1:{register.server_port}/na/personpostXML",
        "certificate": str(certificates / "municipality.pem"),
        "key": str(certificates / "municipality.key"),
        "organisation": "162120000000",
        "order": "00000236-FO01-0001",
        "authority": str(certificates / "ca.pem"),
    }
    found = WebService.configured()
    assert found
    return found


def test_person_query_follows_the_wsdl(register, service):
    register.posts[number(0)] = post(number(0), total=True, given="Åsa", family="Öberg")
    [found] = service.posts_about(number(0))
    assert (found.number, found.given_names, found.total) == (number(0), "Åsa", True)
    assert service.posts_about(number(1)) == []
    assert service.posts_about("1930010198T1") == []


def test_fault_and_timeout_are_reported_without_the_number(register, service):
    register.faults.append("1234")
    with pytest.raises(RegisterError, match=r"avvisade frågan \(kod 1234\)") as refused:
        service.posts_about(number(0))
    assert number(0) not in str(refused.value)


def test_request_without_the_client_certificate_fails(service, certificates):
    stranger = replace(service, certificate=str(certificates / "ca.pem"), key=str(certificates / "server.key"))
    for other in (stranger, replace(service, address="https://127.0.0.1:9/")):
        with pytest.raises(RegisterError, match="svarar inte"):
            other.posts_about(number(0))


def test_refused_certificates_are_named(register, service, certificates):
    expired = {"certificate": str(certificates / "expired.pem"), "key": str(certificates / "expired.key")}
    yesterday = clock.day_of(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1))
    register.context.load_cert_chain(*expired.values())
    for other, words in (
        (service, r"Navets certifikat godtas inte \(certificate has expired\)"),
        (replace(service, authority=""), r"Navets certifikat godtas inte \(self-signed certificate"),
        (replace(service, **expired), f"Vårt certifikat för Navet gick ut {yesterday}"),
        (replace(service, certificate="/nowhere.pem"), r"Filen i NAVET_CERTIFICATE går inte att läsa \(FileNotFound"),
    ):
        with pytest.raises(RegisterError, match=words):
            other.posts_about(number(0))


@pytest.mark.django_db
def test_everybody_in_care_is_queried_in_turn(register, service):
    world = make_world()
    people = [world.person(identity_number=number(n)) for n in range(3)]
    register.posts[number(1)] = post(number(1), at="20201122", total=True, protected="J", given="Ny", family="Ek")
    call_command("read_register", "--ask", "2")
    call_command("read_register", "--ask", "2")
    asked = Person.objects.filter(register_mark__asked_at__isnull=False)
    people[1].refresh_from_db()
    assert (asked.count(), people[1].protected_registration, people[1].given_name) == (3, True, "Ny")
    before = list(Person.objects.order_by("pk").values())
    Person.objects.get(pk=people[1].pk).register_mark.delete()
    call_command("read_register", "--ask", "9")
    assert list(Person.objects.order_by("pk").values()) == before
    register.faults.append("7")
    RegisterMark.objects.update(asked_at=clock.now() - datetime.timedelta(days=2))
    with pytest.raises(CommandError, match="kod 7"):
        call_command("read_register", "--ask", "9")
