"""Help, accessibility and personal data: public pages."""

from tests.access.rows import EVERYBODY, SENT_ON, Row

ROWS = [
    Row("info:help", EVERYBODY),
    Row("info:privacy", EVERYBODY),
    Row("info:accessibility", EVERYBODY),
    Row("info:report_fault", EVERYBODY),
    Row("info:report_fault", EVERYBODY, method="post", gives=SENT_ON, data={"what": "Knappen syns inte"}),
    Row("info:fault_reported", EVERYBODY),
]
