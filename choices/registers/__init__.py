"""Registers of others that are followed by themselves: the population register (Skatteverket, Navet).

A source delivers posts, ``applying`` follows those of people in our care, and what needs a human hand becomes a
``RegisterTask``. Nothing is kept of anybody else.
"""
