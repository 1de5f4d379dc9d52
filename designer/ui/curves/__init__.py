"""Curves of runs: figures over steps that stay few, plots of them, what is read off them, pictures and tables."""
