"""The town and the browser of the pages' tests."""

from tests.pages.conftest import (  # noqa: F401
    base_url,
    browser_context_args,
    browser_type_launch_args,
    live_town,
    town,
)
