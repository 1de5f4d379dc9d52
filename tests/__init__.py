"""The tests of Network Designer."""

import os
import sys

# Even where no other program is to keep what it compiles: to rewrite all assertions takes each process ten seconds.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # and the processes that tests start would compile all of ours
