from letters.services.confirm import confirm, confirm_amendment, confirm_yes, hold_accepted
from letters.services.create import (
    OfferCodes,
    create_exit_letters,
    create_expired_letters,
    create_invitations,
    create_letters,
    create_manual_placement_letter,
    create_new_start_letter,
    create_offer_letters,
    create_receipts,
)
from letters.services.digital import deliver_digitally, set_digital_mailbox
from letters.services.enqueue import enqueue_print_batch, enqueue_rendering
from letters.services.handover import approve_batch, hand_over, mark_posted, read_receipts, reject_batch
from letters.services.invite import invite
from letters.services.paper_form import paper_form
from letters.services.preview import preview, print_cover_sheet, print_test_sheet
from letters.services.print_batch import BatchError, compose_print_batch
from letters.services.proof import decide_proof, freeze_on_proof, proof_content, proof_pdf, propose_proof
from letters.services.receipt_pdf import receipt_pdf, receipt_text
from letters.services.render import render_letter
from letters.services.returns import handle_return, mark_protected_posted, register_return
from letters.services.survey import create_survey_letters, letters_of_survey
from letters.services.texts import load_texts
from letters.services.versions import new_version, take_back, write_with_new_code
from letters.services.withdraw import correct_exit_letters, correct_void_decisions, withdraw_letters

__all__ = [
    "BatchError",
    "OfferCodes",
    "approve_batch",
    "compose_print_batch",
    "confirm",
    "confirm_amendment",
    "confirm_yes",
    "correct_exit_letters",
    "correct_void_decisions",
    "create_exit_letters",
    "create_expired_letters",
    "create_invitations",
    "create_letters",
    "create_manual_placement_letter",
    "create_new_start_letter",
    "create_offer_letters",
    "create_receipts",
    "create_survey_letters",
    "decide_proof",
    "deliver_digitally",
    "enqueue_print_batch",
    "enqueue_rendering",
    "freeze_on_proof",
    "hand_over",
    "handle_return",
    "hold_accepted",
    "invite",
    "letters_of_survey",
    "load_texts",
    "mark_posted",
    "mark_protected_posted",
    "new_version",
    "paper_form",
    "preview",
    "print_cover_sheet",
    "print_test_sheet",
    "proof_content",
    "proof_pdf",
    "propose_proof",
    "read_receipts",
    "receipt_pdf",
    "receipt_text",
    "register_return",
    "reject_batch",
    "render_letter",
    "set_digital_mailbox",
    "take_back",
    "withdraw_letters",
    "write_with_new_code",
]
