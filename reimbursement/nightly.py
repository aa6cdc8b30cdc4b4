"""The night of payment: the next month is begun when the one before is sealed, and the open one is computed."""

from accounts.actors import Actor
from common import clock
from reimbursement.computing import begin, next_month, recompute
from reimbursement.models import PaymentBasis


def compute_night(*, actor: Actor) -> PaymentBasis | None:
    """Compute the open month unless it is computed today. None: it is, or no month is open.

    A killed night has changed nothing and is done by the next task: the computation is one transaction under the lock
    of its basis, and gives the same lines for the same facts.
    """
    last = PaymentBasis.objects.first()
    if last is None:
        # The first month is begun by hand: nobody else knows which one it is.
        return None
    today = clock.today()
    if last.state == PaymentBasis.State.SEALED:
        if next_month(last) > today:
            return None
        last = begin(month=f"{next_month(last):%Y-%m}", actor=actor)
    done = last.computed_at is not None and clock.day_of(last.computed_at) >= today and not last.failure
    if not last.is_open or done:
        return None
    return recompute(basis=last, actor=actor)
