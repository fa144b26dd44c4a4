package rules

import "fmt"

// The values of a Dedicated Kafka cluster's availability and of a network's DNS
// resolution, as Confluent Cloud spells them.
const (
	MultiZone      = "MULTI_ZONE"
	SingleZone     = "SINGLE_ZONE"
	Private        = "PRIVATE"
	ChasedPrivate  = "CHASED_PRIVATE"
	PrivateLink    = "PRIVATELINK"
	ConfluentOnAWS = "AWS"
)

// AvailabilityOf returns the availability for a newer name that Confluent Cloud has for it.
func AvailabilityOf(reported string) string {
	switch reported {
	case "HIGH":
		return MultiZone
	case "LOW":
		return SingleZone
	}
	return reported
}

// MinimumCKU is the least number of CKUs that a cluster of this availability can have, and our default.
func MinimumCKU(availability string) int {
	if availability == SingleZone {
		return 1
	}
	return 2
}

// CKU checks the number of CKUs of a Dedicated Kafka cluster.
func CKU(availability string, cku int) error {
	if least := MinimumCKU(availability); cku < least {
		return fmt.Errorf("%d is too low: a %s cluster has at least %d CKU; use %d or "+
			"more", cku, availability, least, least)
	}
	return nil
}
