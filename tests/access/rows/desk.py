"""The officer's desk: people, choices, mandates, notes, forms on paper."""

from tests.access.rows import OFFICERS, SENT_ON, STAFF, THE_OBJECT, Row

ROWS = [
    Row("casework:people", OFFICERS),
    Row("casework:people", OFFICERS, method="post", gives=SENT_ON),
    Row("casework:person", OFFICERS, of="person"),
    Row("casework:find", OFFICERS),
    Row("casework:find", OFFICERS, method="post", gives=SENT_ON),
    Row("casework:keys", STAFF),
    Row("casework:work_mark", OFFICERS, method="post", gives=SENT_ON),
    Row("casework:work_item", OFFICERS, of="call", arguments=("samtal", THE_OBJECT)),
    Row("casework:call", OFFICERS, of="call"),
    Row("casework:call", OFFICERS, of="call", method="post", gives=409),
    Row("casework:offer", OFFICERS, of="offer"),
    Row("casework:offer", OFFICERS, of="offer", method="post", gives=SENT_ON),
    Row("casework:exit", OFFICERS, of="exit"),
    Row("casework:new_choice", OFFICERS, of="person"),
    Row("casework:new_choice", OFFICERS, of="person", method="post"),
    Row("casework:correct_choice", OFFICERS, of="person"),
    Row("casework:correct_choice", OFFICERS, of="person", method="post"),
    Row("casework:new_mandate", OFFICERS, of="person"),
    Row("casework:new_mandate", OFFICERS, of="person", method="post"),
    Row("casework:note", OFFICERS, of="person", method="post", gives=SENT_ON),
    Row("casework:scans", OFFICERS),
    Row("casework:scans", OFFICERS, method="post"),
    Row("casework:scan", OFFICERS, of="scan"),
    Row("casework:scan", OFFICERS, of="scan", method="post"),
    Row("casework:scan", OFFICERS, of="new_scan"),
    Row("casework:scan_file", OFFICERS, of="scan"),
    Row("casework:scan_put_away", OFFICERS, of="scan", method="post", gives=SENT_ON),
]
