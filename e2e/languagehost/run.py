"""Runs a Pulumi program: the entry point is the argument, what it works on is in the environment."""

import asyncio
import json
import os
import runpy
import sys
import traceback

import pulumi.runtime
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import Settings, configure


def program() -> None:
    entry = sys.argv[1]
    sys.path.insert(0, os.path.abspath(entry))
    runpy.run_path(os.path.join(entry, "__main__.py"), run_name="__main__")


configure(
    Settings(
        organization=os.environ["PULUMI_ORGANIZATION"],
        project=os.environ["PULUMI_PROJECT"],
        stack=os.environ["PULUMI_STACK"],
        parallel=int(os.environ["PULUMI_PARALLEL"]),
        dry_run=os.environ["PULUMI_DRY_RUN"] == "true",
        monitor=os.environ["PULUMI_MONITOR"],
        engine=os.environ["PULUMI_ENGINE"],
    )
)
set_all_config(json.loads(os.environ["PULUMI_CONFIG"]), json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"]))

try:
    asyncio.new_event_loop().run_until_complete(pulumi.runtime.run_in_stack(program))
except pulumi.RunError as error:
    pulumi.log.error(str(error))
    sys.exit(1)
except Exception:
    pulumi.log.error(traceback.format_exc())
    # The error is shown: the host adds nothing to it.
    sys.exit(23)
