"""Letters before the decision: the invitation with the comparison, the reminder, the receipt."""

from letters.content.blocks import Card, Content, Form, LetterText, Section, contact, unchanged_care
from letters.content.decision import received


def invitation(words: LetterText) -> Content:
    _put_round(words)
    facts = words.facts
    lead = "lead.alarm" if facts["alarm_only"] else "lead.care"
    return Content(
        title=words("title"),
        lead=words(lead),
        sections=[
            _how(words),
            _nothing(words),
            Section(words("then.title"), [" ".join([words("then.text"), *decision_day(words)])]),
            unchanged_care(words),
            contact(words),
        ],
        closing=[words("closing")],
        cards_title=words("cards.title"),
        cards=[_card(provider, words) for provider in facts["providers"]],
        code=facts["code"],
        code_words=words("code") if facts["code"] else "",
        code_url=facts["url"],
        form=_form(words),
        labels={},
        date="",
    )


def _form(words: LetterText) -> Form:
    facts = words.facts
    names = [provider["name"] for provider in facts["providers"]]
    explained = words.has("form.interim")
    return Form(
        title=words("form.title"),
        lines=[f"{words('label.for')}: {facts['name']}", words("form.text"), words("form.send")],
        choices=names if explained else [*names, words("form.queue")],
        options=[
            (words("form.decline"), ""),
            (words("form.queue"), ""),
            (words("form.interim"), words("form.interim_how")),
        ]
        if explained
        else [],
        blanks=[*words.optional("form.language"), *words.optional("form.phone"), *words.optional("form.chooser")],
        sign=f"{words('form.day')}, {words('form.sign')}",
    )


def _nothing(words: LetterText) -> Section:
    """Effect of no answer: the round's rule, or an earlier choice that still counts."""
    stands = words.facts.get("stands") and words.has("nothing.stands")
    rule = words("nothing.stands") if stands else words(f"no_answer.{words.facts['no_answer_rule']}")
    return Section(words("nothing.title"), [rule])


def decision_day(words: LetterText) -> list[str]:
    """The day by which the decision comes, if it is announced."""
    by = words.facts.get("told_by", "")
    words.put_dates(told_by=by)
    return words.optional("then.told" if by else "then.told_later")


def reminder(words: LetterText) -> Content:
    _put_round(words)
    facts = words.facts
    return Content(
        title=words("title"),
        lead=words("lead"),
        sections=[
            _how(words),
            _nothing(words),
            Section(words("done.title"), [words("done.text")]),
            contact(words),
        ],
        closing=[],
        code=facts["code"],
        code_words=words("code") if facts["code"] else "",
        code_url=facts["url"],
        labels={},
        date="",
    )


def receipt(words: LetterText) -> Content:
    facts = words.facts
    choice = facts["choice"]
    words.put_dates(received=choice["received_on"], closes=facts["closes_on"])
    asked = [words(f"also.{name}") for name in ("together", "queue_not", "interim_not") if choice[name]]
    # Texts older than the language wish have no sentence for it.
    if choice.get("language") and words.has("also.language"):
        asked.append(words("also.language", language=choice["language"]))
    if choice.get("ended") and words.has("also.ended"):
        asked += [words("also.ended", provider=provider) for provider in choice["ended"]]
    if choice["declines"]:
        wishes = Section(words("wishes.title"), [words("wishes.declines")])
    else:
        lines = [f"{rank}. {name}" for rank, name in enumerate(choice["ranking"], start=1)]
        wishes = Section(words("wishes.title"), asked, lines)
    return Content(
        title=words("title"),
        lead=received(choice, words),
        sections=[
            wishes,
            Section(words("then.title"), [_then(words)]),
            Section(words("change.title"), [words("change.text")]),
            contact(words),
        ],
        closing=[],
        labels={},
        date="",
    )


def _then(words: LetterText) -> str:
    if not words.facts["closes_on"]:
        # Older letters and texts have one sentence for everybody.
        after = f"then.{words.facts.get('after', 'any')}"
        return words(after if words.has(after) else "then.any", provider=words.facts.get("stays", ""))
    return " ".join([words("then.round"), *decision_day(words)])


def _put_round(words: LetterText) -> None:
    facts = words.facts
    words.put(now=facts["now"], code=facts["code"], url=facts["url"], area=facts.get("area_name", ""))
    words.put_dates(opens=facts["opens_on"], closes=facts["closes_on"], start=facts["starts_on"])


def _how(words: LetterText) -> Section:
    ways = [words("how.web")] if words.facts["code"] else []
    return Section(words("how.title"), [*ways, words("how.else"), words("how.helper")])


def _card(provider: dict[str, str], words: LetterText) -> Card:
    asked = ("languages", "education", "meals", "continuity")
    head = words(f"card.{provider['kind']}")
    if provider["phone"]:
        head = f"{head} {words('card.phone', value=provider['phone'])}"
    if not provider["takes_in"]:
        head = f"{head} {words('card.full')}"
    return Card(
        name=provider["name"],
        lines=[head, *(words(f"card.{name}", value=provider[name]) for name in asked if provider[name])],
    )
