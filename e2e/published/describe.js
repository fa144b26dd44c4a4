// Prints, as JSON, what a Pulumi SDK for Node.js says of its package: the resources, functions and object types with
// their properties. The argument is the directory of the SDK; shapes are written as in describe.py.
"use strict";
const fs = require("fs");
const path = require("path");
const ts = require("typescript");

const sdk = process.argv[2];
const described = { resources: {}, functions: {}, types: { inputs: {}, outputs: {} } };

const parse = (file) => ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
const capital = (name) => name[0].toUpperCase() + name.slice(1);

// shape writes a type as string, number, boolean, [element], {value} or the name of an object type.
function shape(type) {
    if (ts.isUnionTypeNode(type)) {
        const [only, ...others] = type.types.filter((t) => t.kind !== ts.SyntaxKind.UndefinedKeyword);
        return others.length === 0 ? shape(only) : type.getText();
    }
    if (ts.isArrayTypeNode(type)) {
        return `[${shape(type.elementType)}]`;
    }
    if (ts.isTypeLiteralNode(type) && ts.isIndexSignatureDeclaration(type.members[0])) {
        return `{${shape(type.members[0].type)}}`;
    }
    if (ts.isTypeReferenceNode(type)) {
        const name = type.typeName.getText();
        if (name === "pulumi.Input" || name === "pulumi.Output") {
            return shape(type.typeArguments[0]);
        }
        return capital(name.split(".").pop().replace(/Args$/, ""));
    }
    return type.getText();
}

const mayBeUndefined = (type) =>
    ts.isTypeReferenceNode(type) && type.typeName.getText() === "pulumi.Output" &&
    ts.isUnionTypeNode(type.typeArguments[0]) &&
    type.typeArguments[0].types.some((t) => t.kind === ts.SyntaxKind.UndefinedKeyword);

function properties(node, secrets = new Set()) {
    const found = {};
    for (const member of node.members) {
        const isStatic = (member.modifiers ?? []).some((m) => m.kind === ts.SyntaxKind.StaticKeyword);
        if (isStatic || !(ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))) {
            continue;
        }
        const name = member.name.getText();
        const required = !member.questionToken && !mayBeUndefined(member.type);
        found[name] = { shape: shape(member.type), required, secret: secrets.has(name) };
    }
    return found;
}

function types(file, into) {
    const visit = (node) => {
        if (ts.isInterfaceDeclaration(node)) {
            into[capital(node.name.text.replace(/Args$/, ""))] = properties(node);
        }
        ts.forEachChild(node, visit);
    };
    visit(parse(file));
}

// module describes the resource or function of a file; what is secret is only in the code.
function module(file) {
    const declared = parse(file);
    const code = fs.readFileSync(file.replace(/\.d\.ts$/, ".js"), "utf8");
    const interfaces = {};
    declared.statements.filter(ts.isInterfaceDeclaration).forEach((i) => (interfaces[i.name.text] = i));

    const resource = declared.statements.find(ts.isClassDeclaration);
    const token = /static __pulumiType = '([^']+)'/.exec(code)?.[1];
    if (resource && token) {
        const secretOutputs = /additionalSecretOutputs: (\[[^\]]*\])/.exec(code)?.[1] ?? "[]";
        const secretInputs = [...code.matchAll(/resourceInputs\["(\w+)"\] = .*pulumi\.secret\(/g)].map((m) => m[1]);
        described.resources[token] = {
            inputs: properties(interfaces[resource.name.text + "Args"], new Set(secretInputs)),
            outputs: properties(resource, new Set(JSON.parse(secretOutputs))),
        };
    }
    const invoked = /runtime\.invoke\("([^"]+)"/.exec(code)?.[1];
    if (invoked) {
        const name = capital(invoked.split(":").pop());
        const members = (i) => (i ? properties(i) : {});
        described.functions[invoked] = {
            inputs: members(interfaces[name + "Args"]),
            outputs: members(interfaces[name + "Result"]),
        };
    }
}

types(path.join(sdk, "types", "input.d.ts"), described.types.inputs);
types(path.join(sdk, "types", "output.d.ts"), described.types.outputs);
for (const file of fs.readdirSync(sdk).filter((name) => name.endsWith(".d.ts"))) {
    module(path.join(sdk, file));
}
process.stdout.write(JSON.stringify(described));
