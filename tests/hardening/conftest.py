"""The town and the table of all addresses."""

from tests.access.conftest import built, matrix  # noqa: F401
from tests.pages.conftest import (  # noqa: F401
    base_url,
    browser_context_args,
    browser_type_launch_args,
    live_town,
    sign_in,
    town,
)
