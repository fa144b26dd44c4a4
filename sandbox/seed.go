package sandbox

import "time"

// Seed names what a server holds from the beginning. The ids are the same in
// every server.
type Seed struct {
	EnvironmentID       string `json:"environmentId"`
	SecondEnvironmentID string `json:"secondEnvironmentId"`

	// The TiDB clusters. All but Starter, AlibabaCloud and Paused are
	// Essential, on AWS and active.
	EssentialUSEast1 string `json:"essentialUsEast1"`
	// EssentialUSEast1B is in the same AWS account as EssentialUSEast1.
	EssentialUSEast1B string `json:"essentialUsEast1b"`
	EssentialUSWest2  string `json:"essentialUsWest2"`
	// Starter cannot have private link connections.
	Starter string `json:"starter"`
	// AlibabaCloud is an Essential cluster on Alibaba Cloud.
	AlibabaCloud string `json:"alibabaCloud"`
	// Paused is an Essential cluster that is not active.
	Paused string `json:"paused"`
	// TwoZones is an Essential cluster that reports two AZs.
	TwoZones string `json:"twoZones"`
	// SingleZone is an Essential cluster in one AZ, as new ones are.
	SingleZone string `json:"singleZone"`

	// BYOKKey and SecondBYOKKey are self-managed encryption keys on AWS.
	BYOKKey       string `json:"byokKey"`
	SecondBYOKKey string `json:"secondByokKey"`
}

var seed = Seed{
	EnvironmentID:       "env-7x3k9q",
	SecondEnvironmentID: "env-m5vr2d",
	EssentialUSEast1:    "10482930571846290153",
	EssentialUSEast1B:   "10593816204738159462",
	EssentialUSWest2:    "10617294850361748295",
	Starter:             "10728405961472859306",
	AlibabaCloud:        "10839516072583960417",
	Paused:              "10940627183694071528",
	TwoZones:            "10351738294705182639",
	SingleZone:          "10264815937204816357",
	BYOKKey:             "cck-one",
	SecondBYOKKey:       "cck-two",
}

// Names of what everything in TiDB Cloud and Confluent Cloud belongs to.
const (
	projectID        = "1372813089454625801"
	tidbOrganization = "1369847559692509642"
	organizationID   = "5c1f5a3e-8d0b-4d52-9c07-3b7a4f0e6d21"
)

const (
	planEssential = "Essential"
	planStarter   = "Starter"
)

// seededState is what a server holds from the beginning.
func seededState(now time.Time) *State {
	s := newState()
	// The seeds are older than everything else, so that listings begin with
	// them, and not of the same age, so that their order is fixed.
	created := now.Add(-30 * 24 * time.Hour).Truncate(time.Second)
	next := func() time.Time { created = created.Add(time.Hour); return created }

	for _, e := range []Environment{
		{ID: seed.EnvironmentID, DisplayName: "sandbox"},
		{ID: seed.SecondEnvironmentID, DisplayName: "sandbox-2"},
	} {
		e.CreatedAt = next()
		s.Environments[e.ID] = &e
	}
	for _, k := range []BYOKKey{
		{ID: seed.BYOKKey, DisplayName: "key one"}, {ID: seed.SecondBYOKKey, DisplayName: "key two"},
	} {
		k.CreatedAt = next()
		s.BYOKKeys[k.ID] = &k
	}
	for _, c := range []TiDBCluster{
		{ID: seed.EssentialUSEast1, DisplayName: "essential-us-east-1", Region: "us-east-1"},
		{ID: seed.EssentialUSEast1B, DisplayName: "essential-us-east-1b", Region: "us-east-1"},
		{ID: seed.EssentialUSWest2, DisplayName: "essential-us-west-2", Region: "us-west-2"},
		{ID: seed.Starter, DisplayName: "starter", Region: "us-east-1", Plan: planStarter},
		{
			ID: seed.AlibabaCloud, DisplayName: "essential-alibaba-cloud",
			CloudProvider: "alicloud", Region: "ap-southeast-1", AccountID: "5123456789012345",
			AvailabilityZoneIDs: []string{"ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"},
		},
		{ID: seed.Paused, DisplayName: "essential-paused", Region: "us-east-1", State: StatePaused},
		{
			ID: seed.TwoZones, DisplayName: "essential-two-zones", Region: "us-east-1",
			AvailabilityZoneIDs: []string{"use1-az1", "use1-az2"},
		},
		{
			ID: seed.SingleZone, DisplayName: "essential-single-zone", Region: "us-east-1",
			AvailabilityZoneIDs: []string{"use1-az6"},
		},
	} {
		c.CreatedAt = next()
		s.TiDBClusters[c.ID] = &c
	}
	return s
}
