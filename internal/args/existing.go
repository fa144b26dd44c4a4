package args

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CheckExisting rejects an object, such as the network, that has an id and any other input: those describe a new one.
// Whether the id is given decides, known or not.
func (s *Set) CheckExisting(p *Problems, object string) {
	id := s.Text(object + ".id")
	if !id.Given {
		return
	}
	var others []string
	for _, path := range slices.Sorted(maps.Keys(s.leaves)) {
		name, ok := strings.CutPrefix(path, s.prefix+object+".")
		if ok && name != "id" && !strings.Contains(name, ".") && s.leaves[path].Given {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		p.Add(id.Path, fmt.Errorf("%s conflicts with %s, which only a new one has; leave out one or the "+
			"other",
			id.Show(), strings.Join(others, ", ")))
	}
}

// CheckOnNetwork rejects the ID of an existing part of a network that does not exist yet.
func (t Text) CheckOnNetwork(p *Problems, network Text) {
	if t.Given && !network.Given {
		p.Add(t.Path, fmt.Errorf("%s, an existing one, cannot be on a network that does not exist yet; "+
			"give the id of its network as network.id", t.Show()))
	}
}
