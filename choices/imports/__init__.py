"""Import of files from the care system and the scanning bureau. Formats: docs/import.md.

``read`` a file, ``preview`` its changes, ``apply`` it: completely, or not at all with every fault by row and column.
"""

from choices.imports.choice_forms import Choices
from choices.imports.decisions import Decisions
from choices.imports.doubts import Doubt, DoubtsApproval, ImportDoubted
from choices.imports.flow import apply, kinds, preview, register
from choices.imports.mandates import Mandates
from choices.imports.mapping import mapped, read_mapping
from choices.imports.persons import Persons
from choices.imports.report import Difference, ImportOutdated, ImportRefused, Preview, Problem
from choices.imports.table import Table, read

__all__ = [
    "Difference",
    "Doubt",
    "DoubtsApproval",
    "ImportDoubted",
    "ImportOutdated",
    "ImportRefused",
    "Preview",
    "Problem",
    "Table",
    "apply",
    "kinds",
    "mapped",
    "preview",
    "read",
    "read_mapping",
    "register",
]

for _kind in (Persons(), Decisions(), Choices(), Mandates()):
    register(_kind)
