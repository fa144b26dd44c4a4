"""Lists the packages that are installed, with the pulumi-plugin.json of each."""

import importlib.metadata
import importlib.util
import json
import os


def manifest(name: str):
    try:
        module = importlib.util.find_spec(name.replace("-", "_"))
    except ImportError:
        return None
    for directory in (module and module.submodule_search_locations) or []:
        path = os.path.join(directory, "pulumi-plugin.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
    return None


print(
    json.dumps(
        [
            {"name": d.metadata["Name"], "version": d.version, "manifest": manifest(d.metadata["Name"])}
            for d in importlib.metadata.distributions()
        ]
    )
)
