// Prints, as JSON, what a Pulumi SDK for Node.js says of its package: the resources, functions and object types with
// their properties. The arguments are the directory of the SDK and, of a large one, the modules to describe besides the
// one at the top; shapes are written as in describe.py.
"use strict";
const fs = require("fs");
const path = require("path");
const ts = require("typescript");

const [sdk, ...modules] = process.argv.slice(2);
const described = { resources: {}, functions: {}, types: { inputs: {}, outputs: {} } };

const parse = (file) => ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
const capital = (name) => name[0].toUpperCase() + name.slice(1);

// enums are the names of types that list texts; in the schema they are texts.
const enums = new Set();
for (const module of ["", ...modules]) {
    const file = path.join(sdk, "types", "enums", module, "index.d.ts");
    if (fs.existsSync(file)) {
        parse(file).statements.filter(ts.isTypeAliasDeclaration).forEach((alias) => enums.add(alias.name.text));
    }
}

// shape writes a type as string, number, boolean, [element], {value} or the name of an object type.
function shape(type) {
    if (ts.isUnionTypeNode(type)) {
        const some = type.types.filter((t) => t.kind !== ts.SyntaxKind.UndefinedKeyword).map(shape);
        return new Set(some).size === 1 ? some[0] : type.getText();
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
        const last = name.split(".").pop();
        return enums.has(last) ? "string" : capital(last.replace(/Args$/, ""));
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

// add refuses two types of one name, which could not be told apart.
function add(into, name, found) {
    if (into[name] && JSON.stringify(into[name]) !== JSON.stringify(found)) {
        throw new Error(`there are two types ${name}`);
    }
    into[name] = found;
}

function types(file, into) {
    const visit = (node) => {
        if (ts.isInterfaceDeclaration(node)) {
            add(into, capital(node.name.text.replace(/Args$/, "")), properties(node));
        }
        if (!ts.isModuleDeclaration(node) || modules.includes(node.name.text) || modules.length === 0) {
            ts.forEachChild(node, visit);
        }
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
    const token = /__pulumiType = '([^']+)'/.exec(code)?.[1];
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
for (const directory of ["", ...modules].map((name) => path.join(sdk, name))) {
    for (const file of fs.readdirSync(directory).filter((name) => name.endsWith(".d.ts"))) {
        module(path.join(directory, file));
    }
}
process.stdout.write(JSON.stringify(described));
