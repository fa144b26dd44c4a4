package sandbox

import "time"

// Profile specifies how long provisioning takes.
type Profile string

const (
	// Fast takes tens of milliseconds for everything: for tests. It is the
	// default.
	Fast Profile = "fast"
	// Proportional keeps the proportions of the real services, shortened by
	// [Options.Scale]: for demonstrations.
	Proportional Profile = "proportional"
)

// Times is how long each kind of change takes. Zero means the profile's value. A negative duration never ends, so that
// the resource stays in its transitional state. The deletion of a Confluent environment takes no time: the service
// reports no progress of it.
type Times struct {
	NetworkCreate time.Duration
	// NetworkDelete is how long a network is DEPROVISIONING, which no client waits for.
	NetworkDelete time.Duration

	PrivateLinkAccessCreate time.Duration
	PrivateLinkAccessDelete time.Duration

	KafkaClusterCreate time.Duration
	KafkaClusterResize time.Duration
	KafkaClusterDelete time.Duration

	// SchemaRegistryCreate is the time from the first Kafka cluster of an
	// environment with Stream Governance until its Schema Registry cluster is
	// PROVISIONED. It is not there at all for the first half.
	SchemaRegistryCreate time.Duration

	// APIKeySync and RoleBindingSync are the times until a new key and a new
	// role have reached the Kafka brokers. The API knows both at once.
	APIKeySync      time.Duration
	RoleBindingSync time.Duration

	// ConnectionCreate is the time from CREATING to PENDING_ACCEPTANCE, or to
	// FAILED; ConnectionAccept the time from there to ACTIVE.
	ConnectionCreate time.Duration
	ConnectionAccept time.Duration
	ConnectionDelete time.Duration

	DomainAttach time.Duration
	DomainDetach time.Duration

	// Lag is how long the dialects show late what was created, or refuse a
	// change.
	Lag time.Duration

	// ChangefeedCreate is the time from CREATING to RUNNING, or to
	// CREATE_FAILED. The others are the time from the call to the new state.
	ChangefeedCreate time.Duration
	ChangefeedStart  time.Duration
	ChangefeedStop   time.Duration
	ChangefeedDelete time.Duration
	// ChangefeedFail is how long a changefeed tries again before it fails.
	ChangefeedFail time.Duration
}

// fields lists the durations so that profiles can be derived and overridden.
func (t *Times) fields() []*time.Duration {
	return []*time.Duration{
		&t.NetworkCreate, &t.NetworkDelete,
		&t.PrivateLinkAccessCreate, &t.PrivateLinkAccessDelete,
		&t.KafkaClusterCreate, &t.KafkaClusterResize, &t.KafkaClusterDelete,
		&t.SchemaRegistryCreate,
		&t.APIKeySync, &t.RoleBindingSync,
		&t.ConnectionCreate, &t.ConnectionAccept, &t.ConnectionDelete,
		&t.DomainAttach, &t.DomainDetach, &t.Lag,
		&t.ChangefeedCreate, &t.ChangefeedStart, &t.ChangefeedStop, &t.ChangefeedDelete,
		&t.ChangefeedFail,
	}
}

func fastTimes() Times {
	return Times{
		NetworkCreate:           40 * time.Millisecond,
		NetworkDelete:           20 * time.Millisecond,
		PrivateLinkAccessCreate: 20 * time.Millisecond,
		PrivateLinkAccessDelete: 20 * time.Millisecond,
		KafkaClusterCreate:      60 * time.Millisecond,
		KafkaClusterResize:      40 * time.Millisecond,
		KafkaClusterDelete:      40 * time.Millisecond,
		SchemaRegistryCreate:    40 * time.Millisecond,
		APIKeySync:              10 * time.Millisecond,
		RoleBindingSync:         10 * time.Millisecond,
		ConnectionCreate:        20 * time.Millisecond,
		ConnectionAccept:        10 * time.Millisecond,
		ConnectionDelete:        20 * time.Millisecond,
		DomainAttach:            10 * time.Millisecond,
		DomainDetach:            10 * time.Millisecond,
		Lag:                     150 * time.Millisecond,
		ChangefeedCreate:        20 * time.Millisecond,
		ChangefeedStart:         10 * time.Millisecond,
		ChangefeedStop:          10 * time.Millisecond,
		ChangefeedDelete:        10 * time.Millisecond,
		ChangefeedFail:          500 * time.Millisecond,
	}
}

// realTimes are roughly the times of the real services: a network 4 to 17 minutes, a dedicated cluster 25 minutes on
// average, an access seconds, a private link connection minutes.
func realTimes() Times {
	return Times{
		NetworkCreate:           10 * time.Minute,
		NetworkDelete:           5 * time.Minute,
		PrivateLinkAccessCreate: 10 * time.Second,
		PrivateLinkAccessDelete: 2 * time.Minute,
		KafkaClusterCreate:      25 * time.Minute,
		KafkaClusterResize:      10 * time.Minute,
		KafkaClusterDelete:      5 * time.Minute,
		SchemaRegistryCreate:    2 * time.Minute,
		APIKeySync:              30 * time.Second,
		RoleBindingSync:         1 * time.Minute,
		ConnectionCreate:        3 * time.Minute,
		ConnectionAccept:        1 * time.Minute,
		ConnectionDelete:        3 * time.Minute,
		DomainAttach:            1 * time.Minute,
		DomainDetach:            30 * time.Second,
		Lag:                     20 * time.Second,
		ChangefeedCreate:        5 * time.Minute,
		ChangefeedStart:         1 * time.Minute,
		ChangefeedStop:          30 * time.Second,
		ChangefeedDelete:        30 * time.Second,
		ChangefeedFail:          30 * time.Minute,
	}
}

// times is the profile's durations with the overrides applied.
func (o Options) times() Times {
	times := fastTimes()
	if o.Profile == Proportional {
		times = realTimes()
		for _, field := range times.fields() {
			*field = time.Duration(float64(*field) * o.Scale)
		}
	}
	overrides := o.Times
	target := times.fields()
	for i, override := range overrides.fields() {
		if *override != 0 {
			*target[i] = *override
		}
	}
	return times
}
