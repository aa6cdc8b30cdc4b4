from allocation.services.apply import apply_run
from allocation.services.by_hand import place_by_hand
from allocation.services.compute import AuditFailed
from allocation.services.contacts import ask_for_call, record_attempt
from allocation.services.dry_run import dry_run_night, dry_run_round
from allocation.services.exits import clients_of, finish_exit, start_exit
from allocation.services.manual_offers import next_in_queue, offer_places
from allocation.services.offers import accept_offer, break_silence, decline_offer, expire_offers, withdraw_offer
from allocation.services.propose import propose_exit, propose_round
from allocation.services.review import StaleRun, approve_run, cancel_run
from allocation.services.undo import undo_run
from allocation.services.wishes import end_wish

__all__ = [
    "AuditFailed",
    "StaleRun",
    "accept_offer",
    "apply_run",
    "approve_run",
    "ask_for_call",
    "break_silence",
    "cancel_run",
    "clients_of",
    "decline_offer",
    "dry_run_night",
    "dry_run_round",
    "end_wish",
    "expire_offers",
    "finish_exit",
    "next_in_queue",
    "offer_places",
    "place_by_hand",
    "propose_exit",
    "propose_round",
    "record_attempt",
    "start_exit",
    "undo_run",
    "withdraw_offer",
]
