"""Public pages and citizen sign-in."""

from tests.access.rows import EVERYBODY, MISSING, SENT_ON, Row, Who

ROWS = [
    Row("start", EVERYBODY),
    Row("round", EVERYBODY, arguments=("hosten-2020",)),
    Row("providers:choose_area", EVERYBODY),
    Row("providers:compare", EVERYBODY, arguments=("norra",)),
    Row("providers:provider", EVERYBODY, arguments=("lindens",)),
    Row("providers:area_help", EVERYBODY),
    Row("citizens:login", EVERYBODY, but={Who.CITIZEN: SENT_ON}),
    Row("citizens:login", EVERYBODY, method="post"),
    # Not configured, or no pending answer.
    Row("citizens:eid_start", EVERYBODY, gives=MISSING),
    Row("citizens:eid_back", EVERYBODY, gives=MISSING),
    Row("citizens:select_person", EVERYBODY, gives=SENT_ON),
    Row("citizens:select_person", EVERYBODY, method="post", gives=SENT_ON),
    Row("citizens:sign_out", EVERYBODY, method="post", gives=SENT_ON),
    Row("set_language", EVERYBODY, gives=SENT_ON),
    Row("set_language", EVERYBODY, method="post", gives=SENT_ON),
    Row("text_size", EVERYBODY, method="post", gives=SENT_ON),
    # No worker runs beside the test.
    Row("health", EVERYBODY, gives=503),
    Row("web_health", EVERYBODY),
    # No token is set.
    Row("metrics", EVERYBODY, gives=MISSING),
]
