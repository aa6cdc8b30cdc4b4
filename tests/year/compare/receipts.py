"""The receipt of a choice, fetched from the person's own pages as a PDF, and read back."""

import io

import pdfplumber

from choices.selectors import current_choice_of
from tests.year.compare.dates import said
from tests.year.compare.reader import Reader


def compare(reader: Reader) -> None:
    """Of somebody who has chosen, drawn among all."""
    book = reader.book
    chosen = [number for number, person in book.persons.items() if person.lives and person.choices]
    if not chosen:
        return
    number = reader.random.choice(chosen)
    choice, _dates = book.current(number)
    stored = current_choice_of(person=reader.town.person(number))
    if choice is None or stored is None or stored.person_id != reader.town.persons[number]:
        # Of a record that is merged with another's the choice may be the other's.
        return
    with pdfplumber.open(io.BytesIO(reader.content(number, "citizens:receipt_pdf", stored.reference))) as pdf:
        text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    wanted = [f"Provsson {number}", said(choice.received_on)]
    ended = {each.provider for each in book.said_of(number, choice) if each.kind == "wish"}
    left = [provider for provider in choice.ranking if provider not in ended]
    for words in wanted:
        reader.says("receipt as a PDF", f"person {number}", text, words, (number,))
    shown = [
        provider
        for rank in range(1, len(reader.town.providers) + 1)
        for provider in reader.town.providers
        if f" {rank}. {reader.name(provider)}" in text
    ]
    reader.same("receipt as a PDF: wishes", f"person {number}", shown, left, (number,))
