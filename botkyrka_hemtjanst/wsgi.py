import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from audit.app_role import refuse_more
from common.pool import refuse_unknown_pool

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botkyrka_hemtjanst.settings.production")

application = get_wsgi_application()

# Do not start as a database role that could change the log.
if settings.DATABASE_OWNER_REFUSED:
    refuse_more()
    refuse_unknown_pool()
