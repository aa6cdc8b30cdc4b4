"""Language names for readers: "arabiska", not "ar"."""

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

# Spoken by home care staff in Sweden, and missing in Django's list.
_MORE = {
    "am": _("amhariska"),
    "ku": _("kurdiska"),
    "prs": _("dari"),
    "rom": _("romani"),
    "so": _("somaliska"),
    "sv-l": _("lätt svenska"),
    "syr": _("syriska"),
    "ti": _("tigrinska"),
    "tl": _("tagalog"),
    "wo": _("wolof"),
    "zh": _("kinesiska"),
}


def language_name(code: str) -> str:
    """Name in the reader's language, as written inside a sentence; the code if unknown."""
    if code in _MORE:
        return str(_MORE[code])
    if code not in LANG_INFO:
        return code
    name = str(get_language_info(code)["name_translated"])
    # English capitalises Arabic; Swedish and Finnish write arabiska.
    return name if get_language() == "en" else name.lower()
