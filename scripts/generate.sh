#!/bin/sh
# Writes everything that is generated, from the schemas: the SDKs of this package from
# schema.json, and the Go SDKs of the used parts of confluentcloud and aws from the stand-ins'.
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
"$gensdk/gensdk" -schema sandbox/aws/schema.json -language go -out third_party/pulumi-aws/sdk/go -aside \
	-go-module github.com/tidbconfluent/pulumi-tidbconfluent/third_party/pulumi-aws/sdk/go
