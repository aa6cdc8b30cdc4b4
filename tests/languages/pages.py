"""Pages needed for a choice, in the town of the tests, with their responses."""

from django.urls import reverse

CHOICE_PAGES = [
    ("start", []),
    ("round", ["hosten-2020"]),
    ("providers:choose_area", []),
    ("providers:compare", ["norra"]),
    ("providers:provider", ["lindens"]),
    ("providers:area_help", []),
    ("citizens:login", []),
]


def addresses() -> list[str]:
    found = [reverse(name, args=arguments) for name, arguments in CHOICE_PAGES]
    compare, area = reverse("providers:compare", args=["norra"]), reverse("providers:area_help")
    found += [f"{area}?postnummer={written}" for written in ("14561", "99999", "12")]
    return [*found, f"{compare}?valj=lindens", f"{compare}?valj=lindens&valj=akerns"]
