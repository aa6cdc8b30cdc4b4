"""Fault injection at random moments: the state afterwards equals that of an undisturbed run. `make torture`; a short
form is in the suite.
"""
