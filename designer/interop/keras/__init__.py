"""Keras models: configurations of Keras 2 and 3, and the weights of `.keras` files, without Keras."""
