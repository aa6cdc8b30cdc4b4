"""Letters on waiting: place in the queue, an offer, an expired offer."""

from letters.content.blocks import Content, LetterText, Section, contact, unchanged_care
from letters.content.waits import origins, unmet_wish


def queue(words: LetterText) -> Content:
    facts = words.facts
    words.put(now=facts["now"])
    words.put_dates(received=facts["choice"]["received_on"])
    if not (facts["queues"] and any(wish["place"] for wish in facts["unmet"])):
        return _full(words)
    return Content(
        title=words("title"),
        lead=words("lead" if _keeps(words) else "lead.nobody"),
        sections=[
            Section(
                words("places.title"),
                [*(unmet_wish(wish, True, words) for wish in facts["unmet"]), *origins(facts["unmet"], True, words)],
            ),
            Section(words("meanwhile.title"), [words("queue.next"), words("meanwhile.order")]),
            contact(words, disagree=True),
        ],
        closing=[],
        labels={},
        date="",
    )


def _full(words: LetterText) -> Content:
    """The queue was full, and the person has opted out of queueing, or can never fit."""
    wishes = [unmet_wish(wish, False, words) for wish in words.facts["unmet"]]
    wishes += origins(words.facts["unmet"], False, words)
    if not words.facts["queues"]:
        wishes.append(words("queue.not_wanted"))
    return Content(
        title=words("title.full"),
        lead=words("lead.full"),
        sections=[
            Section(words("full.title"), wishes),
            contact(words, disagree=True),
        ],
        closing=[],
        labels={},
        date="",
    )


def offer(words: LetterText) -> Content:
    _put_offer(words)
    facts = words.facts
    # Letters from before offers had codes, and texts that have no words for one.
    code = facts.get("code", "") if words.has("code") else ""
    words.put(code=code, url=facts.get("url", ""))
    return Content(
        title=words("title"),
        lead=words("lead"),
        sections=[
            Section(words("answer.title"), [*(words.optional("answer.web") if code else []), words("answer.how")]),
            Section(words("answer.meaning"), [words("answer.yes"), _no(words), words("answer.silence")]),
            unchanged_care(words),
            contact(words),
        ],
        closing=[],
        code=code,
        code_words=words("code") if code else "",
        code_url=facts["url"] if code else "",
        labels={},
        date="",
    )


def expired(words: LetterText) -> Content:
    _put_offer(words)
    return Content(
        title=words("title"),
        lead=words("lead"),
        sections=[
            Section(words("now.title"), [words("now.keeps" if _keeps(words) else "now.nobody"), words("now.rest")]),
            Section(words("do.title"), [words("do.call")]),
            contact(words),
        ],
        closing=[],
        labels={},
        date="",
    )


def _keeps(words: LetterText) -> bool:
    """The provider of today goes on. Older letters do not tell: theirs did."""
    return bool(words.facts["now"]) and words.facts.get("keeps", True)


def _no(words: LetterText) -> str:
    """Effect of a no: a placement decided earlier begins regardless."""
    then = words.facts.get("then")
    # Older texts have the other sentence.
    if not then or not words.has("answer.no.then"):
        return words("answer.no")
    words.put(then=then["provider"])
    words.put_dates(then_start=then["starts_on"])
    return words("answer.no.then")


def _put_offer(words: LetterText) -> None:
    facts = words.facts
    words.put(provider=facts["provider"]["name"], now=facts["now"])
    words.put_dates(start=facts["starts_on"], answer_by=facts["answer_by"])
