"""What may be wrong with a run, told in plain words while it trains: findings, and what can be done about each."""
