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
for language in nodejs python; do
	"$gensdk/gensdk" -schema schema.json -language "$language" -out "sdk/$language" \
		-keep node_modules -keep bin -keep build -keep '*.egg-info' -keep __pycache__ \
		-add LICENSE -add sdk/README.md
done
"$gensdk/gensdk" -schema sandbox/confluentcloud/schema.json -language go -out third_party/pulumi-confluentcloud/sdk/go
