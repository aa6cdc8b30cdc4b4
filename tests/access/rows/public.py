"""Pages for everybody."""

from tests.access.rows import EVERYBODY, SENT_ON, Row

ROWS = [
    Row("start", EVERYBODY),
    Row("round", EVERYBODY, arguments=("hosten-2020",)),
    Row("providers:choose_area", EVERYBODY),
    Row("providers:compare", EVERYBODY, arguments=("norra",)),
    Row("providers:provider", EVERYBODY, arguments=("lindens",)),
    Row("providers:area_help", EVERYBODY),
    Row("citizens:doors", EVERYBODY),
    Row("set_language", EVERYBODY, gives=SENT_ON),
    Row("set_language", EVERYBODY, method="post", gives=SENT_ON),
    Row("health", EVERYBODY),
]
