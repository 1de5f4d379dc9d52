"""Modules and functions that networks are made of where torch has none.

They import torch and nothing of the designer, and use only each other: their source goes into exported scripts.
"""
