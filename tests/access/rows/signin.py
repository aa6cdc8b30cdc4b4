"""Staff sign-in and sign-out, the user's own account, and the list of users."""

from tests.access.rows import ADMIN, EVERYBODY, FORBIDDEN, SENT_ON, SIGNED_IN, THE_OBJECT, Row

ROWS = [
    Row("login", EVERYBODY),
    Row("login", EVERYBODY, method="post"),
    # Without a provider the page says that this sign-in is unavailable.
    Row("login_staff", EVERYBODY, gives=FORBIDDEN),
    Row("login_staff_back", EVERYBODY, gives=FORBIDDEN),
    Row("confirm", SIGNED_IN),
    Row("confirm", SIGNED_IN, method="post"),
    Row("logout", EVERYBODY, method="post", gives=SENT_ON),
    Row("casework:account", SIGNED_IN),
    Row("casework:leave_everywhere", SIGNED_IN, method="post", gives=SENT_ON),
    Row("casework:users", ADMIN),
    Row("casework:user", ADMIN, of="user"),
    Row("casework:user", ADMIN, of="user", method="post", gives=SENT_ON),
    Row("casework:user_step", ADMIN, of="user", arguments=(THE_OBJECT, "stang"), method="post", gives=SENT_ON),
]
