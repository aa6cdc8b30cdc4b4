from celery import shared_task

from handover.derive import keep_orders


@shared_task(name="handover.orders")
def orders() -> None:
    """Safe to run twice, and at the same time."""
    keep_orders()
