package sandbox

// ChangefeedOptions chooses how TiDB Cloud's changefeeds behave where the real service's behavior is not published. The
// zero value is the strictest.
type ChangefeedOptions struct {
	// StatesOnly changes the states of changefeeds on request, and connects to no Kafka cluster.
	StatesOnly bool
	// Tolerant ignores unknown fields, and fields that do not apply, instead of refusing them.
	Tolerant bool
	// MaskSecrets answers "******" in place of passwords. By default answers have no passwords at all.
	MaskSecrets bool
	// IntegersAsStrings answers 64-bit integers as strings. By default only TSOs are strings.
	IntegersAsStrings bool
	// KeepDeleted keeps deleted changefeeds, as DELETED. By default they are not found.
	KeepDeleted bool
	// UniqueNames refuses a display name that another changefeed of the cluster has.
	UniqueNames bool
	// DeletePausedOnly refuses to delete a changefeed that runs.
	DeletePausedOnly bool
	// EditFailed allows an edit of a changefeed that failed while it ran, and refuses to stop it. By default it is
	// edited like the others: only when it is PAUSED.
	EditFailed bool
	// StateStatus is the HTTP status that refuses what a changefeed's state does not allow: 400 (the default) or 409.
	StateStatus int
	// QuotaStatus is the HTTP status of a refusal at the limit of changefeeds: 400 (the default), 403, 409 or 429.
	QuotaStatus int
	// NeedDescribeConfigs makes a changefeed fail that may not see the Kafka cluster's configuration.
	NeedDescribeConfigs bool
	// Regions are the AWS regions with changefeeds. Nil means those that TiDB Cloud's documentation names.
	Regions []string
}

// changefeedRegions are the AWS regions with changefeeds of Essential clusters.
var changefeedRegions = []string{
	"ap-east-1", "ap-northeast-1", "ap-southeast-1", "eu-central-1", "us-east-1", "us-west-2",
}

func (o ChangefeedOptions) withDefaults() ChangefeedOptions {
	o.StateStatus = orDefault(o.StateStatus, 400)
	o.QuotaStatus = orDefault(o.QuotaStatus, 400)
	if o.Regions == nil {
		o.Regions = changefeedRegions
	}
	return o
}
