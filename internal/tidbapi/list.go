package tidbapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

const (
	pageSize = 100
	// maxPages ends a listing whose pages never end, and maxItems one whose pages are larger than they may be.
	maxPages = 100
	maxItems = pageSize * maxPages
)

// page is a part of a list. totalSize is left alone: it is a number or a string, and the tokens say all that matters.
type page[T any] struct {
	collection string
	items      []T
	next       string
}

// UnmarshalJSON reads the items, which stand under the name of their collection, as unmarshal reads the fields of a
// struct.
func (p *page[T]) UnmarshalJSON(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	if len(fields) == 1 && !p.isPage(fields) {
		for _, inner := range fields {
			var enveloped map[string]json.RawMessage
			if json.Unmarshal(inner, &enveloped) == nil && p.isPage(enveloped) {
				fields = enveloped
			}
		}
	}
	for key, raw := range fields {
		if to := p.field(key); to != nil {
			if err := unmarshal(raw, to); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	return nil
}

// isPage reports whether an object has a field of a page.
func (p *page[T]) isPage(fields map[string]json.RawMessage) bool {
	for key := range fields {
		if p.field(key) != nil {
			return true
		}
	}
	return false
}

// field is where the value of a key goes; nil means nowhere.
func (p *page[T]) field(key string) any {
	switch {
	case isSpelling(key, p.collection):
		return &p.items
	case isSpelling(key, "nextPageToken"):
		return &p.next
	}
	return nil
}

func (p *page[T]) tidy(redact func(string) string) {
	for i := range p.items {
		if t, ok := any(&p.items[i]).(tidier); ok {
			t.tidy(redact)
		}
	}
}

// listAll returns everything in a collection of a cluster; what names the items in errors.
func listAll[T any](ctx context.Context, c *Client, clusterID, collection, what string) ([]T, error) {
	if err := requireID("cluster ID", clusterID); err != nil {
		return nil, err
	}
	var all []T
	query := url.Values{"pageSize": {fmt.Sprint(pageSize)}}
	for range maxPages {
		p := page[T]{collection: collection}
		k := call{method: http.MethodGet, path: []string{"clusters", clusterID, collection}, query: query}
		if err := c.do(ctx, k, &p); err != nil {
			return nil, err
		}
		all = append(all, p.items...)
		if len(all) > maxItems {
			return nil, fmt.Errorf("the list of %s of cluster %s is too long: the service sent more than %d",
				what, clusterID, maxItems)
		}
		if p.next == "" {
			return all, nil
		}
		query.Set("pageToken", p.next)
	}
	return nil, fmt.Errorf("the list of %s of cluster %s does not end: the service offers more after %d pages",
		what, clusterID, maxPages)
}
