"""axe violations of the displayed page: WCAG 2.2 AA and best practice."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Only violations are returned: passing elements are most of the page, and slow to serialise.
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


def found_by_axe(page: Page) -> list[str]:
    """One line per violated rule, with its elements."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    broken = page.evaluate("options => axe.run(options).then(results => results.violations)", _OPTIONS)
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes']]}" for rule in broken]
