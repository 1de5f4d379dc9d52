"""How a design is trained, written once: the engine calls these functions, and exported scripts have their source.

`goals.py` and `choices.py` say which functions a design needs, without torch. All others are functions of torch or
NumPy alone: their parameters are values of the training loop by the names that these have there, and training settings
by theirs. Scripts have losses, metrics and optimizers as the lines that they are, and copies of all other functions.
"""
