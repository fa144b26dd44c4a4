module tidbconfluent-changefeed-alone-go

go 1.25.11

require (
	github.com/pulumi/pulumi/sdk/v3 v3.259.0
	github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent v0.1.0
)
