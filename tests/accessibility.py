"""axe violations of the displayed page: WCAG 2.2 AA and best practice."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.long_form import LONG

# Only violations are returned: passing elements are most of the page, and slow to serialise.
_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}

# All other rules depend on what the page holds and shows, not on its width: they are checked once for each state of a
# page, and again at another width only if an element is shown there that was hidden before.
_OF_WIDTH = {"runOnly": ["target-size", "scrollable-region-focusable"], "resultTypes": ["violations"]}
_SEEN = """() => {
  const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((each) => matchMedia(each).matches);
  const shown = [...document.body.querySelectorAll("*")].map((each) => each.checkVisibility());
  const now = { state: media + document.body.innerHTML, shown };
  const before = axe.before;
  axe.before = now;
  return !!before && before.state === now.state && shown.every((is, number) => !is || before.shown[number]);
}"""


def found_by_axe(page: Page) -> list[str]:
    """One line per violated rule, with its elements."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    options = _OF_WIDTH if page.evaluate(_SEEN) and not LONG else _OPTIONS
    broken = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes']]}" for rule in broken]
