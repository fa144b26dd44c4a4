module github.com/tidbconfluent/pulumi-tidbconfluent/tools/pulumi/zxcvbn

go 1.25.11
