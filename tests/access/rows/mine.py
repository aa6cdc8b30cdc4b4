"""A citizen's own pages. Other people's objects answer 404."""

from tests.access.rows import CITIZEN, MISSING, SENT_ON, Row

ROWS = [
    Row("citizens:home", CITIZEN),
    Row("citizens:queue", CITIZEN),
    Row("citizens:alone", CITIZEN, gives=SENT_ON),
    Row("citizens:alone", CITIZEN, method="post", gives=SENT_ON),
    Row("citizens:leave_queue", CITIZEN, arguments=("lindens",), gives=SENT_ON),
    Row("citizens:leave_queue", CITIZEN, arguments=("lindens",), method="post", gives=SENT_ON),
    Row("citizens:take_back", CITIZEN, gives=SENT_ON),
    Row("citizens:take_back", CITIZEN, method="post", gives=SENT_ON),
    Row("citizens:offer", CITIZEN, arguments=("abc",), gives=MISSING),
    Row("citizens:offer", CITIZEN, arguments=("abc",), method="post", gives=MISSING),
    Row("citizens:letters", CITIZEN),
    Row("citizens:letter", CITIZEN, arguments=("abc",), gives=MISSING),
    Row("citizens:keepalive", CITIZEN, gives=204),
    Row("citizens:joint", CITIZEN, gives=SENT_ON),
    Row("citizens:joint", CITIZEN, method="post", gives=SENT_ON),
    Row("citizens:call_me", CITIZEN),
    Row("citizens:call_me", CITIZEN, method="post", gives=422),
]
