package changefeed

import (
	"crypto/sha256"
	"encoding/hex"

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
	hashDigits     = 8
)

// account is step 1: the ID of the existing service account, or of a new one. That of an existing key is not known.
func (b *builder) account() (id pulumi.StringPtrOutput, err error) {
	switch {
	case b.In.Given("credentials"):
		return pulumi.ToOutput(true).ApplyT(func(any) *string { return nil }).(pulumi.StringPtrOutput), nil
	case b.In.Given("serviceAccountId"):
		return b.In.Text("serviceAccountId").Output().ToStringPtrOutput(), nil
	}
	name := b.Name + "-account"
	given := &confluentcloud.ServiceAccountArgs{Description: pulumi.String("Writes rows from TiDB Cloud. Managed by " +
		"Pulumi.")}
	if len(name)+autonameSuffix > maxAccountName {
		given.DisplayName = pulumi.String(b.shortName(name))
	}
	quota, err := preflight.BeforeCreation(&b.Maker, "quota", b.checkQuota)
	if err != nil {
		return id, err
	}
	opts := b.Options(append(quota, children.WithoutTimeouts())...)
	made, err := confluentcloud.NewServiceAccount(b.Ctx, name, given, opts...)
	if err != nil {
		return id, err
	}
	return made.ID().ToStringPtrOutput(), nil
}

// shortName cuts a name, and appends a hash, so that it stays unique in the organization.
func (b *builder) shortName(name string) string {
	sum := sha256.Sum256([]byte(b.Ctx.Organization() + "/" + b.Ctx.Project() + "/" + b.Ctx.Stack() + "/" + name))
	return name[:maxAccountName-hashDigits-1] + "-" + hex.EncodeToString(sum[:])[:hashDigits]
}

// role is the first half of step 2: what the account may do. It returns nothing for an existing key.
func (b *builder) role(kafka kafkaCluster, account pulumi.StringPtrOutput) ([]pulumi.Resource, error) {
	if b.In.Given("credentials") {
		return nil, nil
	}
	role := b.In.Text("role").Or(rules.ResourceOwner)
	clusterID, topics := b.In.Text("kafkaClusterId").Output(), b.topic(rules.Topics.Pattern)
	texts := pulumi.StringArray{role, kafka.crn, clusterID, topics}.ToStringArrayOutput()
	pattern, _ := texts.ApplyT(func(t []string) string {
		if role, crn := t[0], t[1]; role == rules.CloudClusterAdmin {
			return crn
		}
		return rules.TopicCRN(t[1], t[2], t[3])
	}).(pulumi.StringOutput)
	made, err := confluentcloud.NewRoleBinding(b.Ctx, b.Name+"-role", &confluentcloud.RoleBindingArgs{
		Principal: pulumi.Sprintf("User:%s", account.Elem()), RoleName: role, CrnPattern: pattern,
	}, b.Options(children.WithoutTimeouts())...)
	if err != nil {
		return nil, err
	}
	return []pulumi.Resource{made}, nil
}

// key is a Kafka API key.
type key struct{ id, secret pulumi.StringOutput }

// key is the second half of step 2: the existing key, or a new one of the account. Its name is left to Pulumi:
// Confluent's provider would delete a key with a given name before it creates the replacement.
func (b *builder) key(account pulumi.StringPtrOutput) (key, error) {
	if b.In.Given("credentials") {
		in := b.In.At("credentials")
		return key{id: in.Text("apiKey").Output(), secret: in.Text("apiSecret").Output()}, nil
	}
	made, err := confluentcloud.NewApiKey(b.Ctx, b.Name+"-key", &confluentcloud.ApiKeyArgs{
		Description: pulumi.String("Writes rows from TiDB Cloud. Managed by Pulumi."),
		Owner: confluentcloud.ApiKeyOwnerArgs{
			Id: account.Elem(), Kind: pulumi.String("ServiceAccount"), ApiVersion: pulumi.String("iam/v2"),
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
		return key{}, err
	}
	return key{id: made.ID().ToStringOutput(), secret: made.Secret}, nil
}
