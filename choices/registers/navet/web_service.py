"""Web service ``getData`` of personpostXML 4.0: query for one person, with the municipality's certificate.

The envelope is document/literal with one element, so no SOAP library is needed. (zeep cannot resolve the types of the
register's schema, which have no namespace.)
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _
from lxml import etree

from choices.imports.reading.package import CAREFULLY
from choices.registers.navet.posts import Post
from choices.registers.navet.reading import RegisterError, posts_in
from common import clock

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_DATA = "http://xmls.skatteverket.se/se/skatteverket/folkbokforing/na/epersondata/V1"
_SECONDS = 30
# The reason in OpenSSL's words, without the address.
_REFUSED = re.compile(r"certificate verify failed: ([^()]+)")


@dataclass(frozen=True)
class WebService:
    """``certificate``, ``key``: files. ``authority``: file of trusted certificates; empty: the system's.
    ``organisation``, ``order``: the municipality's number, and the order given by the tax agency.
    """

    address: str
    certificate: str
    key: str
    organisation: str
    order: str
    authority: str = ""

    @classmethod
    def configured(cls) -> "WebService | None":
        own = settings.REGISTER_SERVICE
        return cls(**own) if own["address"] and own["certificate"] else None

    def posts_about(self, number: str) -> list[Post]:
        """The register's post for a twelve-digit number, or none. Numbers with letters are not sent.

        Raises:
            RegisterError: no answer, or a fault. The message repeats no number.
        """
        if not number.isdigit():
            return []
        self._require_valid()
        try:
            answer = requests.post(
                self.address,
                data=self._question(number),
                headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
                cert=(self.certificate, self.key),
                verify=self.authority or True,
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if why := _REFUSED.search(str(error)):
                raise RegisterError(
                    _(
                        "Navets certifikat godtas inte (%(why)s). Har det gått ut förnyar Skatteverket det. Är det"
                        " utfärdat av någon som systemet inte litar på: ange utfärdaren i NAVET_AUTHORITY."
                    )
                    % {"why": why[1].strip()}
                ) from None
            raise RegisterError(
                _("Folkbokföringen svarar inte (%(why)s). Försök igen.") % {"why": type(error).__name__}
            ) from None
        if answer.status_code != 200:
            raise RegisterError(_fault(answer))
        return posts_in(answer.content)

    def _require_valid(self) -> None:
        """Check that our certificate is valid. (A server's error does not say that it has expired.)"""
        try:
            found = x509.load_pem_x509_certificate(Path(self.certificate).read_bytes())
        except (OSError, ValueError) as error:
            raise RegisterError(
                _("Filen i NAVET_CERTIFICATE går inte att läsa (%(why)s).") % {"why": type(error).__name__}
            ) from None
        if found.not_valid_after_utc < clock.of_machine():
            raise RegisterError(
                _("Vårt certifikat för Navet gick ut %(day)s. Förnya filen i NAVET_CERTIFICATE.")
                % {"day": clock.day_of(found.not_valid_after_utc)}
            )

    def _question(self, number: str) -> bytes:
        envelope = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soap": _SOAP, "na": _DATA})
        body = etree.SubElement(envelope, f"{{{_SOAP}}}Body")
        request = etree.SubElement(body, f"{{{_DATA}}}PersonpostRequest")
        order = etree.SubElement(request, f"{{{_DATA}}}Bestallning")
        etree.SubElement(order, f"{{{_DATA}}}OrgNr").text = self.organisation
        etree.SubElement(order, f"{{{_DATA}}}BestallningsId").text = self.order
        etree.SubElement(request, f"{{{_DATA}}}PersonId").text = number
        return bytes(etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"))


def _fault(answer: Any) -> str:
    """Code of the service's own fault, if any. Its description is dropped: it may contain personal data."""
    try:
        root = etree.fromstring(answer.content, etree.XMLParser(**CAREFULLY))
        code = next((each.text or "" for each in root.iter("{*}Felkod")), "")
    except etree.XMLSyntaxError:
        code = ""
    return _("Folkbokföringen avvisade frågan (kod %(code)s).") % {"code": code or answer.status_code}
