"""Where each kind of thing is done, and what its detail means in words."""

from django.urls import reverse

from allocation.models import AllocationRun, ContactTask
from choices.models import RegisterTask
from desk.work.listing import Item
from letters.models import LetterKind, ReturnedLetter


def place(item: Item) -> str:
    """The page where it is done: one click from the list."""
    kind, reference = item.kind.code, item.reference
    person = item.person.reference if item.person else ""
    match kind:
        case "samtal" | "utan" | "upphor" | "bett":
            return reverse("casework:call", args=[reference])
        case "erbjudande":
            return reverse("casework:offer", args=[reference])
        case "blankett" if item.person:
            return reverse("casework:new_choice", args=[person]) + f"?blankett={reference}"
        case "blankett":
            return reverse("casework:scan", args=[reference])
        case "nytt":
            return reverse("casework:new_choice", args=[person])
        case "fordelning":
            return reverse("casework:run", args=[reference])
        case "avslut":
            return reverse("casework:exit", args=[reference])
    return reverse("casework:work_item", args=[kind, reference])


def in_words(item: Item) -> str:
    """The detail of this very item: which call, which provider, why the letter came back."""
    match item.kind.code:
        case "samtal" | "utan" | "bett":
            return str(ContactTask.Kind(item.detail).label)
        case "retur":
            return str(ReturnedLetter.Reason(item.detail).label)
        case "folkbokforing":
            return str(RegisterTask.Kind(item.detail).label)
        case "skyddad":
            return str(LetterKind(item.detail).label)
        case "fordelning":
            return str(AllocationRun.Status(item.detail).label)
        case "korning":
            return str(AllocationRun.Kind(item.detail).label)
    return item.detail
