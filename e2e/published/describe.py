"""Prints, as JSON, what a Pulumi SDK for Python says of its package: the resources, functions and object types with
their properties. The arguments are the directory of the SDK, whose code is read, not run, and, of a large one, the
modules to describe besides the one at the top.

A shape is string, number, boolean, [element], {value} or the name of an object type.
"""

import ast
import json
import pathlib
import sys
from typing import Any

SCALARS = {"builtins.str": "string", "builtins.int": "number", "builtins.float": "number", "builtins.bool": "boolean"}


def type_name(name: str) -> str:
    """The name of an object type; its class is for arguments, for what a function returns or for a resource's outputs."""
    name = name.removesuffix("Args")
    name = name.removesuffix("Result") if name.startswith(("Get", "get")) else name
    return name[0].upper() + name[1:]


def unquote(node: ast.expr) -> ast.expr:
    """Names of classes further down are written as strings."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value, mode="eval").body
    return node


def shape(node: ast.expr) -> str:
    node = unquote(node)
    # Older SDKs import the module under its own name, newer ones under one with an underscore.
    text = ast.unparse(node).removeprefix("_")
    if text in SCALARS:
        return SCALARS[text]
    if not isinstance(node, ast.Subscript):
        return type_name(text.split(".")[-1])
    of = ast.unparse(node.value).split(".")[-1]
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if of == "Sequence":
        return f"[{shape(items[0])}]"
    if of == "Mapping":
        return f"{{{shape(items[1])}}}"
    # Input, Output and Optional; and Union, of an object type as a class and as a dictionary.
    return shape(items[0])


def optionals(node: ast.expr) -> int:
    """How many times a type, which may be a list, may be None; not its elements."""
    node, count = unquote(node), 0
    while isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("Optional", "pulumi.Input", "pulumi.Output"):
        count += ast.unparse(node.value) == "Optional"
        node = unquote(node.slice)
    return count


def schema_name(function: ast.FunctionDef) -> str | None:
    """The name in the schema of what a getter gets."""
    for decorator in function.decorator_list:
        if ast.unparse(decorator) == "pulumi.getter":
            return function.name
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pulumi.getter":
            return str(ast.literal_eval(decorator.keywords[0].value))
    return None


def properties(cls: ast.ClassDef, secrets: frozenset[str] = frozenset()) -> dict[str, Any]:
    found = {}
    for member in cls.body:
        if isinstance(member, ast.FunctionDef) and (name := schema_name(member)) and member.returns:
            found[name] = {
                "shape": shape(member.returns),
                "required": not optionals(member.returns),
                "secret": name in secrets,
            }
    return found


def calls(node: ast.AST, function: str) -> list[ast.Call]:
    return [n for n in ast.walk(node) if isinstance(n, ast.Call) and ast.unparse(n.func).endswith(function)]


def secret_inputs(cls: ast.ClassDef) -> frozenset[str]:
    """Inputs that the constructor makes secret, by their names in the schema."""
    python_names = set()
    for node in ast.walk(cls):
        if isinstance(node, ast.Assign) and calls(node.value, "Output.secret"):
            target = node.targets[0]
            if isinstance(target, ast.Subscript):
                python_names.add(ast.literal_eval(target.slice))
    getters = [(m.name, schema_name(m)) for m in cls.body if isinstance(m, ast.FunctionDef)]
    return frozenset(name for python_name, name in getters if name and python_name in python_names)


def secret_outputs(cls: ast.ClassDef) -> frozenset[str]:
    for call in calls(cls, "ResourceOptions"):
        for keyword in call.keywords:
            if keyword.arg == "additional_secret_outputs":
                return frozenset(ast.literal_eval(keyword.value))
    return frozenset()


def describe_resource(classes: dict[str, ast.ClassDef], cls: ast.ClassDef) -> dict[str, Any]:
    # The arguments' class is named differently where an object type has that name.
    args = classes[cls.name + ("Args" if cls.name + "Args" in classes else "InitArgs")]
    return {
        "inputs": properties(args, secret_inputs(cls)),
        "outputs": properties(cls, secret_outputs(cls)),
    }


def describe_function(tree: ast.Module, classes: dict[str, ast.ClassDef], call: ast.Call) -> dict[str, Any]:
    token = ast.literal_eval(call.args[0])
    result = token.split(":")[-1]
    result = result[0].upper() + result[1:] + "Result"
    output_variant = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.endswith("_output"))
    schema_names = {
        ast.unparse(n.value): ast.literal_eval(n.targets[0].slice)
        for n in ast.walk(output_variant)
        if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Subscript) and ast.unparse(n.targets[0].value) == "__args__"
    }
    inputs = {}
    for argument in output_variant.args.args:
        if argument.arg != "opts" and argument.annotation:
            # Every argument may be left out as far as Python is concerned; one that is optional in the schema may be
            # None once more.
            required = optionals(argument.annotation) < 2
            inputs[schema_names[argument.arg]] = {"shape": shape(argument.annotation), "required": required, "secret": False}
    return {"inputs": inputs, "outputs": properties(classes[result])}


def add(into: dict[str, Any], name: str, found: dict[str, Any]) -> None:
    """Refuses two types of one name, which could not be told apart."""
    if into.setdefault(name, found) != found:
        sys.exit(f"there are two types {name}")


def main() -> None:
    sdk = pathlib.Path(sys.argv[1])
    described: dict[str, Any] = {"resources": {}, "functions": {}, "types": {"inputs": {}, "outputs": {}}}
    for file in [file for module in ["", *sys.argv[2:]] for file in sorted((sdk / module).glob("*.py"))]:
        tree = ast.parse(file.read_text())
        classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
        for name, cls in classes.items():
            bases = [ast.unparse(base) for base in cls.bases]
            if file.name == "_inputs.py" and name.endswith("Args"):
                add(described["types"]["inputs"], type_name(name), properties(cls))
            elif file.name == "outputs.py":
                add(described["types"]["outputs"], type_name(name), properties(cls))
            elif bases in (["pulumi.CustomResource"], ["pulumi.ProviderResource"]):
                token = next(c for c in calls(cls, "__init__") if isinstance(c.args[0], ast.Constant)).args[0]
                described["resources"][ast.literal_eval(token)] = describe_resource(classes, cls)
        for call in calls(tree, "runtime.invoke"):
            described["functions"][ast.literal_eval(call.args[0])] = describe_function(tree, classes, call)
    json.dump(described, sys.stdout)


main()
