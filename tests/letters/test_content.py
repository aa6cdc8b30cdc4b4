"""Content of letters: every outcome has text, in every language, with every fact filled in."""

import itertools
import re
from typing import get_args

import pytest
from django.utils import translation

from allocation.engine.outcome import How, Why
from allocation.models import OutcomeRow
from allocation.wording import AFTER_CHOICE, HOW, ORIGIN, PLACE, WHY_NOT
from choices.models import Mandate
from letters import samples
from letters.content import ContentError, compose
from letters.models import Language, LetterKind
from letters.services.texts import blocks_from_files
from providers.models import NoAnswerRule
from providers.wording import IF_YOU_DO_NOTHING
from tests.letters.sample import APPEAL, facts

UNMET = {"provider": "Aros", "rank": 1, "why": "ceiling", "place": 4}


def words(*, appeal=False, language="sv", **changes):
    more = {"appeal": APPEAL} if appeal else {}
    content = compose(facts=facts(language=language, **more, **changes), blocks=blocks_from_files("decision", language))
    parts = [content.title, content.lead, *content.closing, *content.labels.values()]
    for section in content.sections:
        parts += [section.title, *section.paragraphs, *section.lines]
    assert all(part.strip() for part in parts)
    return "\n".join(parts).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", Language.values)
def test_every_how_and_why_has_text_without_placeholders(language):
    # The engine does not know exits: there the run states the way.
    assert {*get_args(How), "exit"} == set(OutcomeRow.How.values)
    for how, why, alarm_only, before, answered in itertools.product(
        OutcomeRow.How.values,
        get_args(Why),
        (True, False),
        ("", "Björkens omsorg", "Kommunens hemtjänst"),
        (True, False),
    ):
        text = words(
            language=language,
            how=how,
            wish_rank=2 if how == "wish" else None,
            alarm_only=alarm_only,
            before=before,
            answered=answered,
            choice={"received_on": "2020-09-21", "chosen_by": "", "declines": not answered},
            unmet=[UNMET | {"why": why}],
        )
        assert not re.search(r"[{}%]", text)
        assert "None" not in text


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("rule", NoAnswerRule.values)
def test_no_answer_rule_is_quoted_to_people_without_a_choice(language, rule):
    text = words(language=language, answered=False, choice=None, how="no_answer_kept", no_answer_rule=rule)
    assert blocks_from_files("decision", language)[f"no_answer.{rule}"] in text


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", Mandate.Kind.values)
def test_letter_states_who_chose_for_the_person_and_when(language, kind):
    text = words(language=language, choice={"received_on": "2020-09-21", "chosen_by": kind, "declines": False})
    assert blocks_from_files("decision", language)[f"why.chosen_by.{kind}"].split(".")[0] in text
    assert "21" in text
    assert "Ditt val kom till oss" not in text


def test_first_choice():
    text = words()
    assert "Du får Björkens omsorg från den 1 januari 2021" in text
    assert "Ditt första val var Björkens omsorg. Du får den du helst vill ha." in text
    assert "kö till" not in text


def test_lower_choice_has_reason_and_queue_place():
    text = words(wish_rank=2, unmet=[UNMET])
    assert (
        "Ditt första val var Aros. Aros har inte plats för all din hjälp just nu. Du står ungefär på plats 4–6 i kön"
        " till Aros." in text
    )
    assert "Ditt andra val var Björkens omsorg. Björkens omsorg hade plats för dig." in text


def test_person_without_queueing_gets_no_place():
    text = words(how="kept", wish_rank=None, before="Björkens omsorg", unmet=[UNMET], queues=False)
    assert "plats 4" not in text
    assert "Du har sagt att du inte vill stå i kö." in text
    assert "Därför behåller du Björkens omsorg." in text


def test_unit_that_never_fits_gets_no_queue():
    text = words(wish_rank=2, unmet=[UNMET | {"why": "never_fits", "place": None}])
    assert "Du står på plats" not in text
    assert "kan du inte stå i kö dit" in text


def test_alarm_only_letter_mentions_the_alarm_and_no_hours():
    text = words(alarm_only=True)
    assert "kommer Björkens omsorg när du larmar" in text
    assert "Egentid" not in text
    assert "hjälper dig hemma" not in text


def test_appeal_notice_follows_the_text_settings():
    assert "överklagar" not in words()
    text = words(appeal=True)
    assert "Det ska ha kommit dit inom tre veckor från den dag då du fick det här brevet" in text
    assert "Förvaltningsrätten i Stockholm prövar det sedan" in text
    assert "bygger på socialtjänstlagen (2025:400)" in text
    assert "skriftligt" in text
    assert "147 85 Tumba" in text


def test_department_decides_where_no_person_is_named():
    assert "Vård- och omsorgsförvaltningen fattade beslutet den 20 november 2020." in words(decided_by="")


def test_text_with_an_unknown_fact_is_refused():
    blocks = blocks_from_files("decision", "sv") | {"same.care": "Ring {nobody}."}
    with pytest.raises(ContentError, match=r"same\.care"):
        compose(facts=facts(), blocks=blocks)


@pytest.mark.parametrize("kind", LetterKind.values)
def test_all_languages_have_the_same_blocks(kind):
    names = {frozenset(blocks_from_files(kind, language)) for language in Language.values}
    assert len(names) == 1


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", LetterKind.values)
def test_every_sample_of_every_kind_has_text(kind, language):
    used = set()

    class Watched(dict):
        def __getitem__(self, name):
            used.add(name)
            return super().__getitem__(name)

    blocks = Watched(blocks_from_files(kind, language))
    for given in samples.samples(kind, language):
        content = compose(facts=given, blocks=blocks)
        text = "\n".join([content.title, content.lead, *(words for s in content.sections for words in s.paragraphs)])
        assert not re.search(r"[{}%]|None", text)
    # Every block in the file is used in some letter, once for each how, why, rule and mandate.
    variants = (
        "how.",
        "why_not.",
        "why.chosen_by.",
        "no_answer.",
        "copy.",
        "wish.",
        "lead.",
        "title.",
        "also.",
        "origin.",
        "role.",
    )
    unused = {name for name in blocks if name not in used and not name.startswith(variants)}
    assert unused <= {
        "contact.provider",
        "queue.next",
        "queue.not_wanted",
        "queue.of",
        "queue.place_far",
        "why.declined",
    }


@pytest.mark.parametrize("language", Language.values)
def test_reason_names_its_provider_in_every_language(language):
    """All but the two reasons that are about no provider."""
    blocks = blocks_from_files("decision", language)
    for why in get_args(Why):
        if why not in ("share", "guarantee_reserved"):
            assert "{provider}" in blocks[f"why_not.{why}"], why


@pytest.mark.parametrize("language", ["sv-l", "fi", "en"])
def test_letters_and_pages_use_equivalent_texts(language):
    """Rules and reasons have one translation for pages and one for letters: they agree."""
    blocks = blocks_from_files("decision", language) | blocks_from_files("receipt", language)
    groups = {"no_answer": IF_YOU_DO_NOTHING, "why_not": WHY_NOT, "how": HOW, "origin": ORIGIN, "queue": PLACE}
    groups["then"] = AFTER_CHOICE
    for group, entries in groups.items():
        for key, sentence in entries.items():
            with translation.override("sv"):
                swedish = str(sentence)
            with translation.override(language):
                assert str(sentence) in (swedish, blocks[f"{group}.{key}"]), (group, key)
