"""A citizen's own pages. Nobody of the staff is a citizen here: everybody is sent to the citizens' doors."""

from tests.access.rows import EVERYBODY, SENT_ON, Row

ROWS = [
    Row("citizens:home", EVERYBODY, gives=SENT_ON),
    Row("citizens:queue", EVERYBODY, gives=SENT_ON),
    Row("citizens:leave_queue", EVERYBODY, arguments=("lindens",), gives=SENT_ON),
    Row("citizens:leave_queue", EVERYBODY, arguments=("lindens",), method="post", gives=SENT_ON),
    Row("citizens:offer", EVERYBODY, arguments=("abc",), gives=SENT_ON),
    Row("citizens:offer", EVERYBODY, arguments=("abc",), method="post", gives=SENT_ON),
    Row("citizens:letters", EVERYBODY, gives=SENT_ON),
    Row("citizens:letter", EVERYBODY, arguments=("abc",), gives=SENT_ON),
    Row("citizens:call_me", EVERYBODY, gives=SENT_ON),
    Row("citizens:call_me", EVERYBODY, method="post", gives=SENT_ON),
]
