"""Measurements and pictures made with the real program. Nothing here is imported by it."""

from designer.idle_threads import let_idle_threads_sleep

let_idle_threads_sleep()  # as the program does, before torch comes in
