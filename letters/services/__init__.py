from letters.services.create import create_letters
from letters.services.enqueue import enqueue_print_batch, enqueue_rendering
from letters.services.print_batch import BatchError, compose_print_batch
from letters.services.render import render_letter
from letters.services.texts import load_texts
from letters.services.withdraw import withdraw_letters

__all__ = [
    "BatchError",
    "compose_print_batch",
    "create_letters",
    "enqueue_print_batch",
    "enqueue_rendering",
    "load_texts",
    "render_letter",
    "withdraw_letters",
]
