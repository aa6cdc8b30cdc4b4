"""An HTTPS server with a certificate that a trusted authority issued, and that expired yesterday."""

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """Issues certificates of 127.0.0.1 into ``folder``; ``file`` is its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "authority.pem"
        self._key, self._name = ec.generate_private_key(ec.SECP256R1()), _name("Authority")
        now = datetime.datetime.now(datetime.UTC)
        built = _build(self._name, self._name, self._key, now - 100 * DAY, now + 100 * DAY, is_authority=True)
        self.file.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certificate(self, name: str, *, days: int) -> Path:
        """Key and certificate in one file. ``days`` that it is still valid; negative: it has expired."""
        now, own = datetime.datetime.now(datetime.UTC), ec.generate_private_key(ec.SECP256R1())
        built = _build(_name("127.0.0.1"), self._name, own, now - 50 * DAY, now + days * DAY)
        path, pem = self.folder / f"{name}.pem", serialization.Encoding.PEM
        key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(key + built.sign(self._key, hashes.SHA256()).public_bytes(pem))
        return path


@contextmanager
def expired_server(
    authority: Authority, handler: type[BaseHTTPRequestHandler] = BaseHTTPRequestHandler
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Its address, and the renewal of its certificate."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate("expired", days=-1))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_error: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"https://127.0.0.1:{server.server_port}"
        yield address, lambda: context.load_cert_chain(authority.certificate("renewed", days=90))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _build(subject, issuer, key, begins, ends, *, is_authority=False) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
    made = made.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    return made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
