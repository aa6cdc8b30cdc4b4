"""What axe finds on the page that the browser shows: WCAG 2.2 AA, and good practice."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Only what is wrong comes back: the elements that pass are most of the page, and take most of the time.
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


def found_by_axe(page: Page) -> list[str]:
    """A line for each rule that is broken, with the elements that break it."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    broken = page.evaluate("options => axe.run(options).then(results => results.violations)", _OPTIONS)
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes']]}" for rule in broken]
