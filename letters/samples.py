"""Sample letters of every kind, ordinary and extreme: for previews, text checks and tests.

All people and companies are invented.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from letters.address import Address, address_lines
from letters.content import SCHEMA
from letters.models import LetterKind

LONG_PROVIDER = "Åldringsvårdens och hemtjänstens kooperativa förening Ö"[:60]
_LONG_NAME = ("Anna-Margareta Elisabet Konstantinopolitana", "von Provenstierna-Lindencrona af Överbergsjö")

_PROVIDERS = [
    ("Kommunens hemtjänst", "municipal", "08-465 004 00"),
    ("Lindens omsorg", "private", "08-465 004 11"),
    ("Björkens hemtjänst", "non_profit", "08-465 004 12"),
    ("Växtorps vård", "private", "08-465 004 13"),
    (LONG_PROVIDER, "private", "08-465 004 14"),
]


def samples(kind: str, language: str) -> Iterator[dict[str, Any]]:
    """Facts of some letters that together use most of a kind's blocks."""
    base = common(kind, language)
    for more in _KINDS[LetterKind(kind)]:
        yield base | more
    yield extreme(kind, language)


def ordinary(kind: str, language: str) -> dict[str, Any]:
    return next(samples(kind, language))


def extreme(kind: str, language: str) -> dict[str, Any]:
    """The longest letter: names, address, five wishes, an appeal notice, a correction, a copy."""
    given, family = _LONG_NAME
    address = Address(given, family, "c/o Överförmyndarnämnden", "Ö" * 60, "FI-00100", "Å" * 27, "Storbritannien och")
    return (
        common(kind, language)
        | list(_KINDS[LetterKind(kind)])[-1]
        | {
            "name": f"{given} {family}",
            "address": address_lines(address),
            "appeal": {
                "appealable": True,
                "legal_basis": "socialtjänstlagen (2025:400)",
                "court": "Förvaltningsrätten i Stockholm",
            },
            "corrects": {"reference": "K7M2PX9TQ4WE", "letter_date": "2020-11-20", "why": "Datumet var fel."},
            "copy": {"kind": "god_man"},
        }
    )


def common(kind: str, language: str) -> dict[str, Any]:
    address = Address(
        "Anna-Greta Maria", "Provström", street="Tornbergsvägen 12 lgh 1102", postal_code="14785", town="Tumba"
    )
    return {
        "schema": SCHEMA,
        "kind": kind,
        "reference": "K7M2PX9TQ4WD",
        "language": language,
        "letter_date": "2020-11-23",
        "name": "Anna-Greta Maria Provström",
        "address": address_lines(address),
        "sort_town": "Tumba",
        "envelope": settings.LETTER_ENVELOPES[settings.LETTER_ENVELOPE],
        "diary_number": "von/2020:236",
        "appeal": {"appealable": False, "legal_basis": "", "court": ""},
        "copy": None,
        "corrects": None,
        "alarm_only": False,
        "municipality": {
            "name": "Provköpings kommun",
            "department": "Vård- och omsorgsförvaltningen",
            "committee": "Vård- och omsorgsnämnden",
            "phone": "08-465 004 00",
            "phone_hours": "måndag–fredag 9–12",
            "website": "provkoping.example",
            "email": "hemtjanst@provkoping.example",
            "return_address": ["Vård- och omsorgsnämnden", "147 85 Tumba"],
        },
    }


def unmet(ranks: int) -> list[dict[str, Any]]:
    reasons = ["ceiling", "share", "guarantee_reserved", "behind_waiting", "intake_stopped"]
    sentences = ["together", "round", "kept", "lot"] if ranks > 1 else ["round", "lot"]
    return [
        {
            "provider": _PROVIDERS[-rank][0],
            "rank": rank,
            "why": reasons[rank - 1],
            "place": rank * 4,
            "origin": {"sentences": sentences, "since": "2020-09-30", "lot": 1_067_065_800},
        }
        for rank in range(1, ranks + 1)
    ]


_CHOICE = {"received_on": "2020-09-21", "declines": False, "chosen_by": ""}
_PROVIDER = {"code": "linden", "name": "Lindens omsorg", "phone": "08-465 004 11"}
_LONG = {"code": "lang", "name": LONG_PROVIDER, "phone": "08-465 004 14"}

_ROUND = {
    "opens_on": "2020-09-08",
    "closes_on": "2020-09-30",
    "starts_on": "2021-01-01",
    "told_by": "2020-12-15",
    "no_answer_rule": "guarantees",
    "area": "norra",
    "area_name": "Norra Provköping",
    "stands": False,
    "now": "Kommunens hemtjänst",
    "code": "K7M2-PX9T-Q4WD",
    "url": "https://hemtjanst.provkoping.example/kod/",
    "providers": [
        {
            "code": f"u{number}",
            "name": name,
            "kind": kind,
            "phone": phone,
            "takes_in": number != 2,
            "languages": "svenska, finska, arabiska, syriska, turkiska",
            "education": "Tre av fyra är undersköterskor. De andra är vårdbiträden.",
            "meals": "Vi lagar mat hemma hos dig eller värmer färdig mat.",
            "continuity": "Ungefär åtta personer på två veckor.",
        }
        for number, (name, kind, phone) in enumerate(_PROVIDERS)
    ],
}

_DECISION = {
    "provider": _PROVIDER,
    "before": "Kommunens hemtjänst",
    "starts_on": "2021-01-01",
    "minutes": 1530,
    "answered": True,
    "choice": _CHOICE,
    "how": "wish",
    "wish_rank": 1,
    "queues": True,
    "unmet": [],
    "no_answer_rule": "guarantees",
    "decided_on": "2020-11-20",
    "decided_by": "Karin Provholm",
    "decided_role": "senior_officer",
    "phoned_on": "",
    "call_by": "2020-12-22",
}

_CHOSEN = _CHOICE | {"ranking": ["Lindens omsorg"], "together": False, "queue_not": False, "interim_not": False}
_RECEIPT = {"closes_on": "2020-09-30", "told_by": "2020-12-15", "choice": _CHOSEN}

_QUEUE = {"choice": _CHOICE, "now": "Kommunens hemtjänst", "queues": True, "unmet": unmet(1)}
_OFFER = {
    "provider": _PROVIDER,
    "starts_on": "2021-03-01",
    "answer_by": "2021-02-10",
    "now": "Kommunens hemtjänst",
    "code": "K7M2-PX9T-Q4WD",
    "url": "https://hemtjanst.provkoping.example/kod/",
}
_EXIT = {
    "provider": _PROVIDER,
    "reason": "permit",
    "rule": "external",
    "phone_first": True,
    "ends_on": "2021-05-17",
    "moved_by": "2021-05-25",
}
_NEW_START = {
    "provider": _PROVIDER,
    "starts_on": "2021-02-01",
    "starts_was": "2021-01-01",
    "before": "Kommunens hemtjänst",
    "reason": "",
    "decided_on": "2020-12-20",
    "call_by": "2021-01-21",
}
_CORRECTION = {
    "takes_back": {
        "reference": "K7M2PX9TQ4WF",
        "letter_date": "2020-11-20",
        "why": "Du har kvar Kommunens hemtjänst. Inget ändras för dig.",
    }
}

_SURVEY: dict[str, Any] = {
    "opens_on": "2020-11-23",
    "closes_on": "2020-12-20",
    "provider": "Lindens omsorg",
    "questions": [
        "Jag är nöjd med hemtjänsten i sin helhet.",
        "Personalen bemöter mig bra.",
        "Jag känner mig trygg hemma med hjälpen.",
        "Personalen kommer på avtalad tid.",
        "Jag kan påverka vilka tider personalen kommer.",
    ],
    "code": "K7M2-PX9T-Q4WD",
    "url": "https://hemtjanst.provkoping.example/enkat/",
    "both_sides": False,
}

# The last of each is the longest.
_KINDS: dict[LetterKind, list[dict[str, Any]]] = {
    LetterKind.INVITATION: [
        _ROUND,
        _ROUND | {"code": "", "url": "", "alarm_only": True, "told_by": "", "stands": True},
        _ROUND,
    ],
    LetterKind.REMINDER: [_ROUND, _ROUND | {"code": "", "url": "", "stands": True}, _ROUND],
    LetterKind.RECEIPT: [
        _RECEIPT,
        _RECEIPT
        | {"closes_on": "", "after": "declines", "choice": _CHOSEN | {"declines": True}},
        _RECEIPT | {"closes_on": "", "after": "stays", "stays": "Lindens omsorg"},
        _RECEIPT
        | {"closes_on": "", "after": "no_queue", "choice": _CHOSEN | {"queue_not": True}},
        _RECEIPT | {"closes_on": "", "after": "any"},
        _RECEIPT | {"closes_on": "", "after": "no_help"},
        _RECEIPT | {"told_by": "", "choice": _CHOSEN | {"language": "arabiska"}},
        _RECEIPT
        | {
            "choice": _CHOICE
            | {
                "chosen_by": "future_proxy",
                "ranking": [name for name, _kind, _phone in _PROVIDERS],
                "together": True,
                "queue_not": True,
                "interim_not": True,
            }
        },
    ],
    LetterKind.DECISION: [
        _DECISION,
        _DECISION | {"before": "Lindens omsorg", "call_by": "", "alarm_only": True, "choice": None, "answered": False,
                     "how": "no_answer_kept", "wish_rank": None, "decided_by": ""},
        _DECISION | {"before": "", "how": "fallback", "wish_rank": None, "unmet": unmet(2), "queues": False,
                     "phoned_on": "2020-11-22"},
        _DECISION | {"how": "exit", "wish_rank": None, "answered": False, "alarm_only": True},
        _DECISION | {"how": "hand", "wish_rank": None, "choice": None, "decided_role": ""},
        _DECISION | {"how": "accepted", "wish_rank": None, "choice": None, "decided_by": "", "decided_role": ""},
        _DECISION | {"before": "Lindens omsorg", "how": "kept", "wish_rank": None, "unmet": unmet(1)},
        _DECISION | {"provider": _LONG, "wish_rank": 5, "unmet": unmet(4)},
    ],
    LetterKind.QUEUE: [
        _QUEUE,
        _QUEUE | {"now": ""},
        _QUEUE | {"queues": False},
        _QUEUE | {"unmet": unmet(5), "now": LONG_PROVIDER},
    ],
    LetterKind.OFFER: [
        _OFFER,
        _OFFER | {"then": {"provider": "Åkerns vård", "starts_on": "2021-02-20"}},
        _OFFER | {"alarm_only": True, "code": "", "url": ""},
        _OFFER | {"provider": _LONG, "now": LONG_PROVIDER},
    ],
    LetterKind.EXPIRED: [_OFFER, _OFFER | {"now": ""}, _OFFER | {"provider": _LONG, "now": LONG_PROVIDER}],
    LetterKind.EXIT: [
        _EXIT,
        _EXIT | {"reason": "contract", "phone_first": False, "alarm_only": True, "meanwhile": "leaving"},
        _EXIT | {"meanwhile": "municipal"},
        _EXIT | {"provider": _LONG, "reason": "bankrupt", "rule": "any"},
    ],
    LetterKind.NEW_START: [
        _NEW_START,
        _NEW_START | {"before": "", "alarm_only": True},
        _NEW_START | {"provider": _LONG, "before": "Kommunens hemtjänst", "reason": "Utföraren behöver mer tid. " * 6},
    ],
    LetterKind.CORRECTION: [_CORRECTION, _CORRECTION],
    LetterKind.SURVEY: [
        _SURVEY,
        _SURVEY | {"provider": LONG_PROVIDER, "questions": [f"{text} " * 2 for text in _SURVEY["questions"]],
                   "both_sides": True},
    ],
}  # fmt: skip
