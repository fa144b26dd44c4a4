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

// UnmarshalJSON reads the items, which stand under the name of their collection.
func (p *page[T]) UnmarshalJSON(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	for key, to := range map[string]any{p.collection: &p.items, "nextPageToken": &p.next} {
		if raw, ok := fields[key]; ok {
			if err := json.Unmarshal(raw, to); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
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
