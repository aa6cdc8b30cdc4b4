"""External registers, applied automatically: the population register (Skatteverket, Navet).

A source delivers posts, ``applying`` applies those about people in our care, and anything that needs judgement
becomes a ``RegisterTask``. Nothing is stored about anybody else.
"""
