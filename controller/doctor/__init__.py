"""`roger doctor`: looks at each part of the device in turn, and says what is wrong with it and what mends it.

Each check is a generator of findings over a `Case`: what the host says, what the adapters say, what roger.yaml wants.
"""
