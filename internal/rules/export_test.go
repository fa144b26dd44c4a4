package rules

// KnownRegions are the AWS regions whose AZ IDs are known, in alphabetical order.
func KnownRegions() []string { return sortedKeys(regionZones) }
