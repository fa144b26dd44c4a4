package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
)

// fleet has all stacks of one TiDB Cloud API key.
type fleet struct {
	// RequestsPerMinute is the limit of the key. Parallel runs share it.
	RequestsPerMinute int     `json:"requestsPerMinute"`
	Stacks            []stack `json:"stacks"`
}

// stack belongs to a team and a region: one Kafka cluster, and the TiDB Cloud clusters that reach it.
type stack struct {
	Name          string `json:"name"`
	EnvironmentID string `json:"environmentId"`
	// Owner is the link that creates the network, the PrivateLink Access and the Kafka cluster; the others use them. It
	// is deleted last.
	Owner string `json:"owner"`
	// Links are the ids of the TiDB Cloud clusters, by the names of their links.
	Links map[string]string `json:"links"`
}

// readFleet reads the stacks with matching names from a file.
func readFleet(path string, only *regexp.Regexp) (fleet, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return fleet{}, err
	}
	var all fleet
	if err := json.Unmarshal(content, &all); err != nil {
		return fleet{}, fmt.Errorf("%s: %w", path, err)
	}
	chosen := fleet{RequestsPerMinute: all.RequestsPerMinute}
	seen := map[string]bool{}
	for _, s := range all.Stacks {
		if err := s.check(seen); err != nil {
			return fleet{}, fmt.Errorf("%s: %w", path, err)
		}
		if only.MatchString(s.Name) {
			chosen.Stacks = append(chosen.Stacks, s)
		}
	}
	if len(chosen.Stacks) == 0 {
		return fleet{}, fmt.Errorf("%s: no stack matches %s", path, only)
	}
	return chosen, nil
}

func (s stack) check(seen map[string]bool) error {
	switch {
	case s.Name == "":
		return errors.New("a stack has no name")
	case seen[s.Name]:
		return fmt.Errorf("there are two stacks %q; give one of them another name", s.Name)
	case s.Links[s.Owner] == "":
		return fmt.Errorf("stack %q: its owner %q is none of its links; name one of them", s.Name, s.Owner)
	}
	seen[s.Name] = true
	return nil
}

// share is the limit of each stack when so many run in parallel.
func (f fleet) share(parallel int) int {
	return max(1, f.RequestsPerMinute/max(1, min(parallel, len(f.Stacks))))
}
