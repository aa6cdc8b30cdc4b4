"""Letters on the municipality's initiative: a leaving provider, a new first day, a withdrawn letter."""

from letters.content.blocks import Content, LetterText, Section, appeal, basis, contact, unchanged_care
from letters.content.decision import first_visit


def provider_exit(words: LetterText) -> Content:
    facts = words.facts
    words.put(provider=facts["provider"]["name"])
    words.put_dates(ends=facts["ends_on"], moved_by=facts["moved_by"])
    return Content(
        title=words("title"),
        lead=words(f"lead.{facts['reason']}"),
        sections=[
            Section(
                words("then.title"),
                [
                    words("then.phone" if facts["phone_first"] else "then.letter"),
                    words("then.until"),
                    *_meanwhile(words),
                ],
            ),
            Section(words("whom.title"), [words(f"whom.{facts['rule']}"), words("whom.later")]),
            unchanged_care(words),
            contact(words),
        ],
        closing=[],
        labels={},
        date="",
    )


def _meanwhile(words: LetterText) -> list[str]:
    """Texts older than the rule do not mention it."""
    name = f"then.{words.facts.get('meanwhile', '')}"
    return [words(name)] if words.has(name) else []


def new_start(words: LetterText) -> Content:
    facts = words.facts
    words.put(provider=facts["provider"]["name"], before=facts["before"], reason=facts["reason"])
    words.put_dates(
        start=facts["starts_on"],
        was=facts["starts_was"],
        decided_on=facts["decided_on"],
        call_by=facts.get("call_by", ""),
    )
    why = [words("why.reason")] if facts["reason"] else []
    words.put(provider_phone=facts["provider"]["phone"])
    return Content(
        title=words("title"),
        lead=words("lead"),
        sections=[
            Section(words("until.title"), [words("until.before" if facts["before"] else "until.nobody"), *why]),
            first_visit(words, "alarm" if facts["alarm_only"] else "care"),
            unchanged_care(words),
            *appeal(words),
            contact(words, facts["provider"]),
        ],
        closing=[words("decided.by_department"), *basis(words)],
        labels={},
        date="",
    )


def correction(words: LetterText) -> Content:
    """A letter is withdrawn without a replacement."""
    facts = words.facts
    words.put(old_reference=facts["takes_back"]["reference"], why=facts["takes_back"]["why"])
    words.put_dates(old_date=facts["takes_back"]["letter_date"])
    return Content(
        title=words("title"),
        lead=words("lead"),
        sections=[
            Section(words("what.title"), [facts["takes_back"]["why"]]),
            Section(words("do.title"), [words("do.discard")]),
            contact(words),
        ],
        closing=[words("closing")],
        labels={},
        date="",
    )
