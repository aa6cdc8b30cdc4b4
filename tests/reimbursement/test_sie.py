"""SIE 4I files, read back by an independent reader."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reimbursement.accounting import Chart, CostAccount, MissingAccountsError, Payee, Tax, vouchers
from reimbursement.engine.outcome import Outcome
from reimbursement.peppol import Category, self_billing
from reimbursement.sie import Posting, Sender, SieError, Voucher, sie_4i
from tests.long_form import examples

from .engine.year import Year
from .test_peppol import BUYER, NAMES_OF, SELLER, TERMS, Document

DAY = date(2020, 12, 7)
SENDER = Sender(
    "Hemtjänstvalet", "0.1.0", "Botkyrka kommun", "212000-2882", {1: "Kostnadsställe"}, {(1, "510"): 'Norra "A"'}
)
CHART = Chart(
    costs=(
        CostAccount("4631"),
        CostAccount("6990", provider_kind="municipal"),
        CostAccount("4632", kind="guarantee"),
        CostAccount("6991", kind="municipal_overhead", provider_kind="municipal"),
    ),
    liabilities={"municipal": "2910", "private": "2441", "non_profit": "2441"},
    taxes={"exempt": Tax(0, None), "standard": Tax(2_500, "1651")},
    objects={"": ((1, "500"),), "north": ((1, "510"),), "south": ((1, "520"),)},
)
PAYEES = {
    "A": Payee("Botkyrka hemtjänst", "municipal"),
    "B": Payee('Omsorg "Gläntan" AB', "private"),
    "C": Payee("Föreningen Ålö", "non_profit"),
    "D": Payee("Ärlig & Öppen AB", "private"),
}


# Reader ----------------------------------------------------------------------------------------------------------


def fields(record: str) -> list[Any]:
    """Fields of a record: texts, and lists for braces. By the format's own rules, character by character."""
    found: list[Any] = []
    into, at = found, 0
    while at < len(record):
        sign = record[at]
        if sign in " \t":
            at += 1
        elif sign == "{":
            into, at = [], at + 1
        elif sign == "}":
            found.append(into)
            into, at = found, at + 1
        elif sign == '"':
            word, at = "", at + 1
            while record[at] != '"':
                at += record[at] == "\\"
                word, at = word + record[at], at + 1
            into.append(word)
            at += 1
        else:
            end = re.compile(r"[ \t{}]|$").search(record, at).start()
            into.append(record[at:end])
            at = end
    return found


def read_back(content: bytes) -> tuple[dict[str, list[Any]], list[dict[str, Any]]]:
    """Header records by label, and the vouchers with amounts in kronor."""
    head: dict[str, list[Any]] = {}
    read: list[dict[str, Any]] = []
    records = content.decode("cp437").split("\r\n")
    assert records.pop() == ""
    order = []
    for record in records:
        if record.strip() in "{}":
            continue
        label, *values = fields(record)
        order.append(label)
        if label == "#VER":
            series, number, day, text = values
            assert (series, number) == ("", "")
            read.append({"day": day, "text": text, "rows": []})
        elif label == "#TRANS":
            account, objects, amount, *_ = values
            assert re.fullmatch(r"-?[0-9]+\.[0-9]{2}", amount)
            read[-1]["rows"].append((account, tuple(objects), Decimal(amount)))
        elif label in ("#DIM", "#OBJEKT"):
            head.setdefault(label, []).append(values)
        else:
            assert label not in head
            head[label] = values
    # Mandatory in type 4I, and identification before vouchers.
    assert {"#FLAGGA", "#PROGRAM", "#FORMAT", "#GEN", "#SIETYP", "#FNAMN"} <= set(head)
    assert order[0] == "#FLAGGA"
    assert "#VER" not in order[: len(order) - sum(label in ("#VER", "#TRANS") for label in order)]
    return head, read


# Tests -----------------------------------------------------------------------------------------------------------


def closes(seed: int) -> list[Outcome]:
    return [outcome for _, outcome in Year(Random(seed), people=4, months=4, look_back=3, news_of=2).closes()]


def made(outcome: Outcome) -> list[Voucher]:
    return vouchers(outcome, PAYEES, CHART, DAY)


@pytest.mark.parametrize("seed", range(3))
def test_posted_amounts_equal_the_basis(seed: int) -> None:
    for outcome in closes(seed):
        head, read = read_back(sie_4i(SENDER, made(outcome), generated_on=DAY))
        assert head["#FNAMN"] == ["Botkyrka kommun"]
        assert head["#ORGNR"] == ["212000-2882"]
        assert head["#SIETYP"] == ["4"]
        net: dict[str, Decimal] = defaultdict(Decimal)
        owed: dict[str, Decimal] = defaultdict(Decimal)
        for voucher in read:
            assert voucher["day"] == "20201207"
            assert sum(amount for _, _, amount in voucher["rows"]) == 0
            (provider,) = (id_ for id_, payee in PAYEES.items() if voucher["text"].endswith(f", {payee.name}"))
            for account, _, amount in voucher["rows"]:
                if account in {"2441", "2910"}:
                    owed[provider] -= amount
                elif account != "1651":
                    net[provider] += amount
        expected: dict[str, int] = defaultdict(int)
        vat: dict[str, int] = defaultdict(int)
        for row in outcome.totals:
            expected[row.provider] += row.ore
            if row.tax_code == "standard":
                vat[row.provider] += (abs(row.ore) * 25 + 50) // 100 * (1 if row.ore > 0 else -1)
        for provider in PAYEES:
            assert net[provider] * 100 == expected[provider]
            assert owed[provider] * 100 == expected[provider] + vat[provider]


@pytest.mark.parametrize("seed", range(3))
def test_voucher_owes_what_the_invoice_asks_for(seed: int) -> None:
    """Also of two tax codes with one rate, whose VAT an invoice rounds together."""
    chart = replace(CHART, taxes={"exempt": Tax(2_500, "1652"), "standard": Tax(2_500, "1651")})
    category = Category("S", 2_500, None)
    for outcome in closes(seed):
        for voucher in vouchers(outcome, PAYEES, chart, DAY):
            (provider,) = (id_ for id_, payee in PAYEES.items() if voucher.text.endswith(f", {payee.name}"))
            categories = dict.fromkeys(chart.taxes, category)
            document = Document(self_billing(outcome, provider, SELLER, BUYER, TERMS, categories, NAMES_OF))
            asked = document.sign * document.money("cac:LegalMonetaryTotal/cbc:PayableAmount") * 100
            assert asked == -sum(row.ore for row in voucher.postings if row.account in ("2441", "2910"))


def test_accounts_and_objects() -> None:
    everything = [voucher for seed in range(3) for outcome in closes(seed) for voucher in made(outcome)]
    rows = [row for voucher in everything for row in voucher.postings]
    assert {row.account for row in rows} == {"4631", "4632", "6990", "6991", "1651", "2441", "2910"}
    assert {row.objects for row in rows if row.account == "4631"} >= {((1, "510"),), ((1, "520"),)}
    assert all(row.account != "4631" for v in everything if v.text.endswith("Botkyrka hemtjänst") for row in v.postings)


def test_objects_that_are_used_are_declared_with_their_names() -> None:
    for seed in range(3):
        for outcome in closes(seed):
            head, read = read_back(sie_4i(SENDER, made(outcome), generated_on=DAY))
            used = {objects for voucher in read for _account, objects, _amount in voucher["rows"] if objects}
            named = [["1", "510", 'Norra "A"']] if ("1", "510") in used else []
            assert head.get("#OBJEKT", []) == named
            assert head["#DIM"] == [["1", "Kostnadsställe"]]


def test_missing_accounts_are_listed_and_nothing_is_written() -> None:
    (outcome, *_) = closes(0)
    bare = Chart(costs=(CostAccount("1", kind="manual"),), liabilities={}, taxes={}, objects={})
    with pytest.raises(MissingAccountsError) as caught:
        vouchers(outcome, PAYEES, bare, DAY)
    missing = " ".join(caught.value.missing)
    for words in ("has no objects", "no cost account", "has no rate", "no liability account"):
        assert words in missing
    with pytest.raises(MissingAccountsError, match="has no name and kind"):
        vouchers(outcome, {}, CHART, DAY)
    tie = replace(CHART, costs=(CostAccount("1", tax_code="exempt"), CostAccount("2", kind="time")))
    with pytest.raises(MissingAccountsError, match="no cost account"):
        vouchers(outcome, PAYEES, tie, DAY)


def one(**changes: Any) -> bytes:
    values = {"account": "4631", "objects": ((1, "510"),), "ore": 1_05, "text": ""} | changes
    rows = (Posting(**values), Posting("2441", (), -values["ore"]))
    return sie_4i(SENDER, [Voucher(DAY, changes.get("text", "t"), rows)], generated_on=DAY)


@settings(max_examples=examples(50))
@given(st.text(alphabet='abcåäöÅÄÖé {}#"\\/,', max_size=20), st.integers(-(10**10), 10**10))
def test_no_text_breaks_a_record(text: str, ore: int) -> None:
    _, (voucher,) = read_back(one(text=text, ore=ore))
    assert voucher["text"] == text.replace("\\", "/")
    assert voucher["rows"][0] == ("4631", ("1", "510"), Decimal(ore) / 100)


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "a\r\n#TRANS 1 {} 1"},
        {"text": "–"},
        {"text": "Łódź"},
        {"account": "46 31"},
        {"account": ""},
        {"objects": ((9, "x"),)},
    ],
)
def test_unrepresentable_values_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(SieError):
        one(**bad)


def test_unbalanced_voucher_is_refused() -> None:
    with pytest.raises(SieError, match="not balanced"):
        sie_4i(SENDER, [Voucher(DAY, "t", (Posting("4631", (), 1),))], generated_on=DAY)
