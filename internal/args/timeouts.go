package args

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Timeouts returns a component's customTimeouts. The engine does not pass them on to children.
func Timeouts(opts []pulumi.ResourceOption) pulumi.CustomTimeouts {
	options, err := pulumi.NewResourceOptions(opts...)
	if err != nil || options.CustomTimeouts == nil {
		return pulumi.CustomTimeouts{}
	}
	set := func(timeout string) string {
		// The engine sends "0s" for one that was not given.
		if timeout == "0s" {
			return ""
		}
		return timeout
	}
	t := options.CustomTimeouts
	return pulumi.CustomTimeouts{Create: set(t.Create), Update: set(t.Update), Delete: set(t.Delete)}
}
