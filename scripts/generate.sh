#!/bin/sh
# Writes everything that is generated, from the schemas: the SDKs of this package from
# schema.json, and the Go SDK of the used part of confluentcloud from the stand-in's schema.
set -eu
cd "$(dirname "$0")/.."

gensdk=$(mktemp -d)
trap 'rm -rf "$gensdk"' EXIT
go build -o "$gensdk/gensdk" ./tools/gensdk

# The Go SDK is a module of its own, so that its users do not inherit the plugin's
# dependencies; a change of its imports needs a `go mod tidy` there.
"$gensdk/gensdk" -schema schema.json -language go -out sdk/go \
	-keep go.mod -keep tidbconfluent/go.mod -keep tidbconfluent/go.sum
# The generator is built with internal/sdk: one that does not compile would stop the next `make generate` too.
saved=$(mktemp -d)
trap 'rm -rf "$gensdk" "$saved"' EXIT
cp -R internal/sdk "$saved"
# The component registers the native resources with bindings of its own. If the SDK were required as a module, Pulumi's
# Go language host would require the released plugin before it builds the plugin. They leave it to the SDK to register
# the package with Pulumi's SDK: a program may use both, and a second registration would end it.
"$gensdk/gensdk" -schema schema.json -language go -out internal/sdk \
	-go-module github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk \
	-only tidbconfluent/tidbcloud -only tidbconfluent/internal -without tidbconfluent/tidbcloud/init.go
if ! go build ./internal/sdk/... ./component/...; then
	rm -rf internal/sdk
	mv "$saved/sdk" internal/sdk
	echo "generate: internal/sdk stays as it was, since what the schema leads to does not compile, see above." \
		"Correct the Go code that the schema comes from, or take out of component/ what is gone, and run it again." >&2
	exit 1
fi
# A program that imports the component needs the plugin. The host looks here in the module that the program requires.
cp sdk/go/tidbconfluent/pulumi-plugin.json component/pulumi-plugin.json
for language in nodejs python; do
	"$gensdk/gensdk" -schema schema.json -language "$language" -out "sdk/$language" \
		-keep node_modules -keep bin -keep build -keep '*.egg-info' -keep __pycache__ \
		-add LICENSE -add sdk/README.md
done
"$gensdk/gensdk" -schema sandbox/confluentcloud/schema.json -language go -out third_party/pulumi-confluentcloud/sdk/go
