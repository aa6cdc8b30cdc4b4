"""Staff sign-in and sign-out, the user's own account, and the list of users."""

from tests.access.rows import ADMIN, EVERYBODY, FORBIDDEN, SENT_ON, STAFF, THE_OBJECT, Row

ROWS = [
    Row("login", EVERYBODY),
    Row("login", EVERYBODY, method="post"),
    # Without a provider the page says that this sign-in is unavailable.
    Row("login_staff", EVERYBODY, gives=FORBIDDEN),
    Row("login_staff_back", EVERYBODY, gives=FORBIDDEN),
    Row("confirm", STAFF),
    Row("confirm", STAFF, method="post"),
    Row("logout", EVERYBODY, method="post", gives=SENT_ON),
    Row("casework:account", STAFF),
    Row("casework:leave_everywhere", STAFF, method="post", gives=SENT_ON),
    Row("casework:users", ADMIN),
    Row("casework:user", ADMIN, of="user"),
    Row("casework:user", ADMIN, of="user", method="post", gives=SENT_ON),
    Row("casework:user_step", ADMIN, of="user", arguments=(THE_OBJECT, "stang"), method="post", gives=SENT_ON),
]
