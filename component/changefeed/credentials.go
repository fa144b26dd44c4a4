package changefeed

import (
	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Confluent Cloud takes names of service accounts of at most 64 characters. Pulumi adds a hyphen and seven digits to
// the name of the resource, unless the program sets a name.
const (
	maxAccountName = 64
	autonameSuffix = 8
)

// account is step 1: the existing service account, or a new one. That of an existing key is not known.
func (b *builder) account() error {
	switch {
	case b.In.Given("credentials"):
		none := func(any) *string { return nil }
		b.self.ServiceAccountId = pulumi.ToOutput(true).ApplyT(none).(pulumi.StringPtrOutput)
		return nil
	case b.In.Given("serviceAccountId"):
		b.self.ServiceAccountId = b.In.Text("serviceAccountId").Output().ToStringPtrOutput()
		return nil
	}
	name := b.Name + "-account"
	given := &confluentcloud.ServiceAccountArgs{Description: pulumi.String("Writes rows from TiDB Cloud. Managed by " +
		"Pulumi.")}
	if len(name)+autonameSuffix > maxAccountName {
		given.DisplayName = pulumi.String(b.shortName(name))
	}
	quota, err := preflight.BeforeCreation(&b.Maker, "quota", b.checkQuota)
	if err != nil {
		return err
	}
	opts := b.Options(append(quota, children.WithoutTimeouts())...)
	made, err := confluentcloud.NewServiceAccount(b.Ctx, name, given, opts...)
	if err == nil {
		b.self.ServiceAccountId = made.ID().ToStringPtrOutput()
	}
	return err
}

// shortName cuts a name, and appends a hash, so that it stays unique in the organization.
func (b *builder) shortName(name string) string {
	identity := b.Ctx.Organization() + "/" + b.Ctx.Project() + "/" + b.Ctx.Stack() + "/" + name
	return rules.ShortName(name, identity, maxAccountName)
}

// role is the first half of step 2: what the account may do. It returns nothing for an existing key.
func (b *builder) role(kafka kafkaCluster, topics pulumi.StringOutput) ([]pulumi.Resource, error) {
	if b.In.Given("credentials") {
		return nil, nil
	}
	role := b.In.Text("role").Or(rules.ResourceOwner)
	texts := pulumi.StringArray{role, kafka.crn, b.In.Text("kafkaClusterId").Output(), topics}.ToStringArrayOutput()
	pattern, _ := texts.ApplyT(func(t []string) string {
		if role, crn := t[0], t[1]; role == rules.CloudClusterAdmin {
			return crn
		}
		return rules.TopicCRN(t[1], t[2], t[3])
	}).(pulumi.StringOutput)
	made, err := confluentcloud.NewRoleBinding(b.Ctx, b.Name+"-role", &confluentcloud.RoleBindingArgs{
		Principal: pulumi.Sprintf("User:%s", b.self.ServiceAccountId.Elem()), RoleName: role, CrnPattern: pattern,
	}, b.Options(children.WithoutTimeouts())...)
	if err != nil {
		return nil, err
	}
	return []pulumi.Resource{made}, nil
}

// key is the second half of step 2: the existing key, or a new one of the account. It returns the secret. Pulumi names
// the key: Confluent's provider would delete one with a name of ours before it creates the replacement.
func (b *builder) key() (secret pulumi.StringOutput, err error) {
	if in := b.In.At("credentials"); b.In.Given("credentials") {
		b.self.ApiKeyId = in.Text("apiKey").Output()
		return in.Text("apiSecret").Output(), nil
	}
	made, err := confluentcloud.NewApiKey(b.Ctx, b.Name+"-key", &confluentcloud.ApiKeyArgs{
		Description: pulumi.String("Writes rows from TiDB Cloud. Managed by Pulumi."),
		Owner: confluentcloud.ApiKeyOwnerArgs{
			Id: b.self.ServiceAccountId.Elem(), Kind: pulumi.String("ServiceAccount"),
			ApiVersion: pulumi.String("iam/v2"),
		},
		ManagedResource: confluentcloud.ApiKeyManagedResourceArgs{
			Id: b.In.Text("kafkaClusterId").Output(), Kind: pulumi.String("Cluster"),
			ApiVersion:  pulumi.String("cmk/v2"),
			Environment: confluentcloud.ApiKeyManagedResourceEnvironmentArgs{Id: b.In.Text("environmentId").Output()},
		},
		// The provider would list the topics through the cluster's private address.
		DisableWaitForReady: pulumi.Bool(true),
	}, b.Options(children.WithoutTimeouts())...)
	if err != nil {
		return secret, err
	}
	b.self.ApiKeyId = made.ID().ToStringOutput()
	return made.Secret, nil
}
