"""The recurrent review of who looked at whom (lag 2001:454, 10 §: access is followed up, systematically)."""
