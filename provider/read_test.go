package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
)

// An import of a component fails with a message that names what to import.
func TestComponentsAreNotRead(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	for _, token := range []tokens.Type{component.Type, vpcaccess.Type, changefeed.Type} {
		_, err := server.Read(p.ReadRequest{ID: "plc-1", Urn: urn(token)})
		require.ErrorContains(t, err, string(token)+" is a component: it exists only in Pulumi, and has no ID to "+
			"import; import its children: see "+
			"https://github.com/tidbconfluent/pulumi-tidbconfluent/blob/main/docs/existing-parts.md"+
			"#adopt-what-was-made-by-hand")
	}
}
