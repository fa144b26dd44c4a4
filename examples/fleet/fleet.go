package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
)

// fleet is everything that one TiDB Cloud API key looks after.
type fleet struct {
	// RequestsPerMinute is what the key may send. What runs at the same time shares it.
	RequestsPerMinute int     `json:"requestsPerMinute"`
	Stacks            []stack `json:"stacks"`
}

// stack is what a team has in a region: one Kafka cluster, and the TiDB Cloud clusters that reach it.
type stack struct {
	Name          string `json:"name"`
	EnvironmentID string `json:"environmentId"`
	// Owner is the link that makes the network, the PrivateLink Access and the Kafka cluster; the others join them. It goes last.
	Owner string `json:"owner"`
	// Links are the ids of the TiDB Cloud clusters, by the names of their links.
	Links map[string]string `json:"links"`
}

// readFleet reads the stacks whose names match from a file.
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

// share is what each stack may send per minute when so many run at the same time.
func (f fleet) share(parallel int) int {
	return max(1, f.RequestsPerMinute/max(1, min(parallel, len(f.Stacks))))
}
