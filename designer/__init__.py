"""Network Designer: design, train and look inside neural networks by pointing and clicking."""

__version__ = "0.1.0"
