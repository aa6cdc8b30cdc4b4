from allocation.services.apply import apply_run
from allocation.services.compute import AuditFailed
from allocation.services.contacts import ask_for_call, record_attempt
from allocation.services.dry_run import dry_run_night, dry_run_round
from allocation.services.exits import clients_of, decide_exit, finish_exit, start_exit
from allocation.services.manual_offers import next_in_queue, offer_places
from allocation.services.manual_placement import place_manually
from allocation.services.offers import (
    ApartError,
    accept_offer,
    break_silence,
    decline_offer,
    expire_offers,
    withdraw_offer,
)
from allocation.services.propose import propose_exit, propose_round
from allocation.services.review import StaleRun, approve_run, cancel_run
from allocation.services.together import apart_of, move_alone
from allocation.services.undo import undo_run
from allocation.services.undo_answer import may_be_undone, undo_answer
from allocation.services.undo_exit import undo_exit, undo_obstacle
from allocation.services.wishes import end_wish, take_back

__all__ = [
    "ApartError",
    "AuditFailed",
    "StaleRun",
    "accept_offer",
    "apart_of",
    "apply_run",
    "approve_run",
    "ask_for_call",
    "break_silence",
    "cancel_run",
    "clients_of",
    "decide_exit",
    "decline_offer",
    "dry_run_night",
    "dry_run_round",
    "end_wish",
    "expire_offers",
    "finish_exit",
    "may_be_undone",
    "move_alone",
    "next_in_queue",
    "offer_places",
    "place_manually",
    "propose_exit",
    "propose_round",
    "record_attempt",
    "start_exit",
    "take_back",
    "undo_answer",
    "undo_exit",
    "undo_obstacle",
    "undo_run",
    "withdraw_offer",
]
