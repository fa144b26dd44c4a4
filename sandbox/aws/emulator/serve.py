"""Serves moto until standard input ends, so that it never outlives whoever started it."""

import os
import sys
import threading

from moto.server import main


def watch() -> None:
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=watch, daemon=True).start()
main(sys.argv[1:])
