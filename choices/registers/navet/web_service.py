"""The web service ``getData`` of personpostXML 4.0: one person asked about, with the municipality's certificate.

The envelope is document/literal with one element, and no SOAP library is needed for it. (zeep cannot resolve the types
of the register's schema, which have no namespace.)
"""

from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from lxml import etree

from choices.imports.reading.package import CAREFULLY
from choices.registers.navet.posts import Post
from choices.registers.navet.reading import RegisterError, posts_in

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_DATA = "http://xmls.skatteverket.se/se/skatteverket/folkbokforing/na/epersondata/V1"
_SECONDS = 30


@dataclass(frozen=True)
class WebService:
    """``certificate`` and ``key``: files. ``authority``: a file of certificates to believe; empty: those of the system.
    ``organisation`` and ``order`` are the municipality's number and the order that the tax agency has given it."""

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
        """What the register has on a number of twelve digits: one post or none. A number with letters is not asked for.

        Raises:
            RegisterError: no answer, or a fault. The message repeats no number.
        """
        if not number.isdigit():
            return []
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
            raise RegisterError(
                _("Folkbokföringen svarar inte (%(why)s). Försök igen.") % {"why": type(error).__name__}
            ) from None
        if answer.status_code != 200:
            raise RegisterError(_fault(answer))
        return posts_in(answer.content)

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
    """The code of the service's own fault, if it gave one. What it describes may tell of a person."""
    try:
        root = etree.fromstring(answer.content, etree.XMLParser(**CAREFULLY))
        code = next((each.text or "" for each in root.iter("{*}Felkod")), "")
    except etree.XMLSyntaxError:
        code = ""
    return _("Folkbokföringen avvisade frågan (kod %(code)s).") % {"code": code or answer.status_code}
