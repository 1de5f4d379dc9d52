"""Blocks of layers: the values between them, where their axes are, networks within, and the rules by class."""
