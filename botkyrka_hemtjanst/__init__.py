from botkyrka_hemtjanst.celery import app as celery_app

__all__ = ["celery_app"]
