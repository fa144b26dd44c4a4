package tidbapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

const (
	// apiVersion is the first element of every path.
	apiVersion = "v1beta1"

	pageSize = 100
	// maxPages ends a listing whose pages never end, and maxItems one whose pages are larger than they may be.
	maxPages = 100
	maxItems = pageSize * maxPages
)

// call is one API call, which may be sent several times.
type call struct {
	method   string
	path     []string // elements behind the API version, unescaped: names of collections and IDs, in turn
	verb     string   // custom verb behind the last element, such as attachDomains
	query    url.Values
	body     any
	creates  bool // it must not be repeated blindly
	bodiless bool // an answer without a body is accepted
}

func post(path []string, verb string, body any) call {
	return call{method: http.MethodPost, path: path, verb: verb, body: body}
}

// item is something in a collection of a cluster.
type item interface {
	itemID() string
	// isDeleted reports whether the service shows it although it does not exist any more.
	isDeleted() bool
}

// request sends a call and returns the answer. check rejects an answer to another question: storing it would lose what
// is known already.
func request[T any](ctx context.Context, c *Client, k call, check func(T) error) (*T, error) {
	var answer T
	if err := c.do(ctx, k, &answer); err != nil {
		return nil, err
	}
	if check == nil {
		return &answer, nil
	}
	if err := check(answer); err != nil {
		path := "/" + strings.Join(append([]string{apiVersion}, k.path...), "/")
		return nil, unreadable(k.method, path, err, false)
	}
	return &answer, nil
}

// get returns the item at a path.
func get[T item](ctx context.Context, c *Client, path []string) (*T, error) {
	k := call{method: http.MethodGet, path: path}
	one, err := request(ctx, c, k, isAbout[T](path[len(path)-1]))
	if err == nil && (*one).isDeleted() {
		return nil, errDeleted
	}
	return one, err
}

func isAbout[T item](id string) func(T) error {
	return func(answer T) error {
		if answer.itemID() != id {
			return fmt.Errorf("it is about %q instead of %s", clean(answer.itemID(), maxWordLength), id)
		}
		return nil
	}
}

// create asks once for a new item.
func create[T item](ctx context.Context, c *Client, k call, form rules.ID) (*T, error) {
	k.creates = true
	return request(ctx, c, k, func(answer T) error { return CheckNewID(answer.itemID(), form) })
}

// CheckNewID rejects a missing or malformed ID of a new object. It would get into the path of a request, or into
// Pulumi's state.
func CheckNewID(id string, form rules.ID) error {
	if id == "" {
		return errors.New("it contains no ID")
	}
	if form.Check(id) != nil {
		return fmt.Errorf("the ID %q in it is not a TiDB Cloud ID", clean(id, maxWordLength))
	}
	return nil
}

// page is a part of any list. Its totalSize is not needed.
type page struct {
	PrivateLinkConnections []PrivateLinkConnection `json:"privateLinkConnections"`
	Changefeeds            []Changefeed            `json:"changefeeds"`
	NextPageToken          string                  `json:"nextPageToken"`
}

// list returns all existing items in a collection. what names the items in errors, and items reads them
// from a page.
func list[T item](
	ctx context.Context, c *Client, path []string, what string, items func(page) []T,
) ([]T, error) {
	if len(path) > 1 {
		what += " of cluster " + path[1]
	}
	var all []T
	seen := map[string]bool{} // the IDs in the pages before: while a list changes, an item may be in two pages of it
	query := url.Values{"pageSize": {fmt.Sprint(pageSize)}}
	for range maxPages {
		p, err := request[page](ctx, c, call{method: http.MethodGet, path: path, query: query}, nil)
		if err != nil {
			return nil, err
		}
		found := slices.DeleteFunc(items(*p), func(one T) bool { return one.itemID() != "" && seen[one.itemID()] })
		for _, one := range found {
			seen[one.itemID()] = true
		}
		all = append(all, found...)
		if len(all) > maxItems {
			return nil, fmt.Errorf("the list of %s is too long: the service sent more than %d", what, maxItems)
		}
		if p.NextPageToken == "" {
			// What has the same ID on one page is not one item: the answer is wrong, and the caller sees that.
			return slices.DeleteFunc(all, T.isDeleted), nil
		}
		query.Set("pageToken", p.NextPageToken)
	}
	return nil, fmt.Errorf("the list of %s does not end: the service offers more after %d pages", what, maxPages)
}

// existing are the items that exist, each once.
func existing[T item](all []T) []T {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(one T) bool {
		id := one.itemID()
		again := seen[id] && id != ""
		seen[id] = true
		return again || one.isDeleted()
	})
}

// do sends a call until it is answered, or once when it creates something.
func (c *Client) do(ctx context.Context, k call, out any) error {
	for try := 1; ; try++ {
		err := c.once(ctx, k, out)
		if err == nil || k.creates || ctx.Err() != nil || !worthRepeating(err) {
			return err
		}
		if try == c.backoff.Tries {
			return GaveUp(err, try)
		}
		if err := c.backoff.Pause(ctx, err, try); err != nil {
			return err
		}
	}
}

// once sends a call a single time and reads the answer into out.
func (c *Client) once(ctx context.Context, k call, out any) error {
	req, err := k.request(ctx, c.base)
	if err != nil {
		return err
	}
	ans, err := c.auth.send(req)
	if err != nil {
		return err
	}
	ans.secrets = c.redactor()
	if ans.status < 200 || ans.status > 299 {
		refusal := newError(req, ans)
		refusal.hint = c.auth.hint()
		return refusal
	}
	if k.bodiless && ans.readErr == nil && len(bytes.TrimSpace(ans.body)) == 0 {
		return nil
	}
	return ans.decode(req, out)
}

// request returns the request of a call. Its body can be sent any number of times.
func (k call) request(ctx context.Context, base *url.URL) (*http.Request, error) {
	target, err := buildURL(base, k.path, k.verb, k.query)
	if err != nil {
		return nil, err
	}
	var body []byte
	if k.body != nil {
		if body, err = json.Marshal(k.body); err != nil {
			return nil, fmt.Errorf("cannot encode the body of %s %s: %w", k.method, target.Path, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, k.method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("cannot build the request %s %s: %w", k.method, target.Path, err)
	}
	req.Header.Set("Accept", "application/json")
	if k.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// idNames are the names of the IDs in a collection.
var idNames = map[string]string{
	"clusters":            "cluster ID",
	connectionsCollection: "private link connection ID",
	changefeedsCollection: "changefeed ID",
}

func emptyID(name string) error {
	return fmt.Errorf("the %s is empty: use the ID that TiDB Cloud shows", name)
}

// buildURL escapes every path element, so that no id can change the path or the verb.
func buildURL(base *url.URL, elements []string, verb string, query url.Values) (*url.URL, error) {
	escaped := []string{apiVersion}
	collection := ""
	for _, e := range elements {
		if e == "" {
			return nil, emptyID(idNames[collection])
		}
		collection = e
		if e == "." || e == ".." {
			return nil, fmt.Errorf("%q cannot be part of an API path: use the ID that TiDB Cloud shows", e)
		}
		// The colon is legal in a path element, but here it would start a custom verb.
		escaped = append(escaped, strings.ReplaceAll(url.PathEscape(e), ":", "%3A"))
	}
	raw := "/" + strings.Join(escaped, "/")
	if verb != "" {
		raw += ":" + verb
	}
	path, err := url.PathUnescape(raw)
	if err != nil {
		return nil, fmt.Errorf("cannot build the API path %s: %w", raw, err)
	}
	u := *base
	u.Path, u.RawPath, u.RawQuery = path, raw, query.Encode()
	return &u, nil
}
