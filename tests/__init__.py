"""The tests of Network Designer."""

import sys

# Even where no other program is to keep what it compiles: to rewrite all assertions takes each process ten seconds.
sys.dont_write_bytecode = False
