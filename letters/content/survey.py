"""The letter with the yearly survey: how to answer, and a form without a name to tear off."""

from letters.content.blocks import Content, Form, Grid, LetterText, Section, contact

SCALE = ("5", "4", "3", "2", "1", "0")


def survey(words: LetterText) -> Content:
    facts = words.facts
    words.put(code=facts["code"], provider=facts["provider"])
    words.put_dates(closes=facts["closes_on"])
    return Content(
        title=words("title"),
        lead=words("lead"),
        sections=[
            Section(words("how.title"), [words("how.web"), words("how.paper"), words("how.helper")]),
            Section(words("secret.title"), [words("secret.text"), words("secret.free")]),
            contact(words),
        ],
        closing=[],
        code=facts["code"],
        code_words=words("code"),
        code_url=facts["url"],
        form=Form(
            title=words("form.title"),
            lines=[words("form.about"), words("form.text"), words("form.send"), words("code")],
            choices=[],
            sign="",
            grid=Grid(
                caption=words("form.title"),
                corner=words("form.question"),
                scale=[words(f"scale.{value}") for value in SCALE],
                rows=list(facts["questions"]),
                on_a_front=facts["both_sides"],
            ),
        ),
        labels={},
        date="",
    )
