package preflight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

const getEnvironment = "confluentcloud:index/getEnvironment:getEnvironment"

// CheckEnvironment checks that Confluent Cloud has the environment and that the API key may see it. So the user learns
// of a wrong key before anything is created.
func CheckEnvironment(m *children.Maker) error {
	id := m.In.Text("environmentId")
	if !id.Known {
		return nil
	}
	_, err := lookup.Ask(m.Ctx, m.Self, getEnvironment, func() (*confluentcloud.LookupEnvironmentResult, error) {
		wanted := &confluentcloud.LookupEnvironmentArgs{Id: &id.Plain}
		return confluentcloud.LookupEnvironment(m.Ctx, wanted, pulumi.Parent(m.Self))
	}, id.Plain)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("environmentId: looking up environment %s: %w", id.Plain, lookup.Unwrap(err))
	return advise(m, err, "check the id, and that the API key in confluentcloud:cloudApiKey and cloudApiSecret "+
		"(or CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET) may see it")
}

// NotFound explains a look-up by ID that failed. Confluent's provider says what happened, but not where it looked.
func NotFound(m *children.Maker, property string, err error) error {
	err = fmt.Errorf("%s: looking in environment %s: %w", property, m.In.Text("environmentId").Show(), err)
	return advise(m, err, "check the id and environmentId, and that confluentcloud:cloudApiKey may see them")
}

// SameEnvironment checks that an existing part is in the environment of the component. Confluent Cloud is told both,
// and may answer to the ID alone.
func SameEnvironment(in *args.Set, property, part, environment string) error {
	want := in.Text("environmentId")
	if !want.Known || environment == "" || environment == want.Plain {
		return nil
	}
	var p args.Problems
	p.Add(property, fmt.Errorf("%s is in environment %s, but environmentId is %s; give the id of one in that "+
		"environment, or change environmentId", part, environment, want.Plain))
	return p.Err()
}

// LookUp looks an existing part of the environment up when both its ID and the environment are known.
// O is the output type of R.
func LookUp[O pulumi.Output, R any](
	m *children.Maker, token string, id args.Text, call func(id, environment string) (*R, error),
) O {
	found, _ := pulumi.All(id.Output(), m.In.Text("environmentId").Output()).ApplyT(func(v []any) (O, error) {
		id, _ := v[0].(string)
		environment, _ := v[1].(string)
		ask := func() (*R, error) { return call(id, environment) }
		return lookup.Answer[O](lookup.Ask(m.Ctx, m.Self, token, ask, environment, id))
	}).(O)
	return found
}

// unreachable reports whether the service did not answer. An error of a function arrives as text alone. This is the
// text of Go's errors, and Confluent's provider is written in Go.
func unreachable(err error) bool {
	return slices.ContainsFunc([]string{"dial tcp", "i/o timeout", "tls: ", "x509: "}, func(text string) bool {
		return strings.Contains(err.Error(), text)
	})
}
