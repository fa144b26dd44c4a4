package sandbox

import "time"

// Options configures a [Server]. The zero value is ready for use: free ports
// on loopback, random credentials and the [Fast] profile.
type Options struct {
	// ConfluentAddress, ConfluentTLSAddress, TiDBCloudAddress and
	// TiDBCloudTLSAddress are the addresses to listen on. Empty means
	// 127.0.0.1 with a free port.
	ConfluentAddress    string
	ConfluentTLSAddress string
	TiDBCloudAddress    string
	TiDBCloudTLSAddress string

	// Profile specifies how long provisioning takes.
	Profile Profile
	// Scale shortens the [Proportional] profile: a real minute takes Scale
	// minutes. Zero means [DefaultScale].
	Scale float64
	// Times overrides single durations of the profile.
	Times Times

	// Credentials are the keys the services accept. What is left empty is
	// generated at random.
	Credentials Credentials
	// Digest specifies how TiDB Cloud asks for credentials.
	Digest Digest
	// Dialects are ways in which TiDB Cloud differs from its description.
	Dialects []Dialect

	// MaxRequestsPerMinute is what one TiDB Cloud API key may send. Zero means
	// [DefaultRequestsPerMinute], the service's documented limit; a negative
	// number switches the limit off.
	MaxRequestsPerMinute int
	// ConfluentMaxRequestsPerMinute is what one Confluent Cloud API key may
	// send. Zero or less means no limit.
	ConfluentMaxRequestsPerMinute int
	// MaxBodyBytes is the largest request body either service reads. Zero
	// means [DefaultMaxBodyBytes].
	MaxBodyBytes int64

	// Quotas limits how many resources there may be.
	Quotas Quotas
	// Changefeeds chooses how changefeeds behave where that is not published.
	Changefeeds ChangefeedOptions

	// ConfluentForms specifies in which form Confluent Cloud answers where its
	// sources disagree.
	ConfluentForms ConfluentForms

	// NextDNSLabel is the DNS label the first new network gets, for example
	// "domnprzqrog". Empty means a random one.
	NextDNSLabel string
	// Prepare changes the seeded state before the server starts. What it adds
	// counts as seeded for [Server.Difference].
	Prepare func(*State)
	// Clock returns the time, for tests that move it. Nil means
	// [time.Now].
	Clock func() time.Time
}

// Defaults of [Options].
const (
	DefaultScale             = 1.0 / 40
	DefaultRequestsPerMinute = 100
	DefaultMaxBodyBytes      = 1 << 20
)

// Credentials are one Confluent Cloud API key and one TiDB Cloud API key.
type Credentials struct {
	CloudAPIKey    string
	CloudAPISecret string
	PublicKey      string
	PrivateKey     string
}

// Digest specifies how TiDB Cloud's HTTP digest challenge looks.
type Digest struct {
	// Algorithm is "MD5" (the default), "SHA-256", "SHA-512" or "SHA-512-256".
	Algorithm string
	// QOP is "auth" (the default), or "none" for the form of RFC 2069.
	QOP string
	// NonceLifetime is how long a nonce is good for. Zero means five minutes.
	NonceLifetime time.Duration
}

// Quotas limits how many resources there may be. Zero means the default, a
// negative number no limit.
type Quotas struct {
	// EnvironmentsPerOrganization defaults to 25.
	EnvironmentsPerOrganization int
	// NetworksPerEnvironment defaults to 10.
	NetworksPerEnvironment int
	// AccountsPerNetwork is the number of PrivateLink Accesses of a network
	// and defaults to 10.
	AccountsPerNetwork int
	// ClustersPerEnvironment defaults to 20.
	ClustersPerEnvironment int
	// ServiceAccountsPerOrganization and APIKeysPerOrganization default to
	// 1000.
	ServiceAccountsPerOrganization int
	APIKeysPerOrganization         int
	// ConnectionsPerCluster is the number of private link connections of a
	// TiDB cluster and defaults to 20.
	ConnectionsPerCluster int
	// ChangefeedsPerCluster is the number of changefeeds of a TiDB cluster and
	// defaults to 10.
	ChangefeedsPerCluster int
}

func (o Options) withDefaults() Options {
	for _, address := range []*string{
		&o.ConfluentAddress, &o.ConfluentTLSAddress, &o.TiDBCloudAddress, &o.TiDBCloudTLSAddress,
	} {
		*address = orDefault(*address, "127.0.0.1:0")
	}
	o.Scale = orDefault(o.Scale, DefaultScale)
	o.MaxRequestsPerMinute = orDefault(o.MaxRequestsPerMinute, DefaultRequestsPerMinute)
	o.MaxBodyBytes = orDefault(o.MaxBodyBytes, DefaultMaxBodyBytes)
	o.Credentials = o.Credentials.withDefaults()
	o.Quotas = o.Quotas.withDefaults()
	o.Changefeeds = o.Changefeeds.withDefaults()
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

func (c Credentials) withDefaults() Credentials {
	if c.CloudAPIKey == "" {
		c.CloudAPIKey = randomString(upperAlphanumeric, 16)
	}
	if c.CloudAPISecret == "" {
		c.CloudAPISecret = randomString(mixedAlphanumeric, 64)
	}
	if c.PublicKey == "" {
		c.PublicKey = randomString(upperAlphanumeric, 8)
	}
	if c.PrivateKey == "" {
		c.PrivateKey = randomUUID()
	}
	return c
}

func (q Quotas) withDefaults() Quotas {
	q.EnvironmentsPerOrganization = orDefault(q.EnvironmentsPerOrganization, 25)
	q.NetworksPerEnvironment = orDefault(q.NetworksPerEnvironment, 10)
	q.AccountsPerNetwork = orDefault(q.AccountsPerNetwork, 10)
	q.ClustersPerEnvironment = orDefault(q.ClustersPerEnvironment, 20)
	q.ServiceAccountsPerOrganization = orDefault(q.ServiceAccountsPerOrganization, 1000)
	q.APIKeysPerOrganization = orDefault(q.APIKeysPerOrganization, 1000)
	q.ConnectionsPerCluster = orDefault(q.ConnectionsPerCluster, 20)
	q.ChangefeedsPerCluster = orDefault(q.ChangefeedsPerCluster, 10)
	return q
}

// reached reports whether a quota leaves no room for one more.
func reached(quota, used int) bool { return quota >= 0 && used >= quota }

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
