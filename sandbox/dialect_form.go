package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// The same answers in other JSON, with other statuses, in other pages.
const (
	// NumericIDs writes ids and TSOs that consist of digits as numbers, and uses such ids for attachments and
	// changefeeds.
	NumericIDs Dialect = "numeric-ids"
	// NumbersAsText writes numbers as strings, as proto3 does with int64.
	NumbersAsText Dialect = "numbers-as-text"
	// NullLists has null for what is empty.
	NullLists Dialect = "null-lists"
	// NoDefaults leaves out what is empty, zero or false, as proto3 does.
	NoDefaults Dialect = "no-defaults"
	// NoTotals leaves totalSize out, and nextPageToken where there is none.
	NoTotals Dialect = "no-totals"
	// SmallPages has one element on each page.
	SmallPages Dialect = "small-pages"
	// OtherStatuses answers 201 and 202 instead of 200.
	OtherStatuses Dialect = "other-statuses"
	// NoContent answers deletions, and what changes a changefeed, with 204 and without a body.
	NoContent Dialect = "no-content"
	// SilentCreations answers creations with 200, and without a body.
	SilentCreations Dialect = "silent-creations"
	// SnakeCase writes the names of fields in snake case.
	SnakeCase Dialect = "snake-case"
	// Envelopes puts each answer into an object of one field.
	Envelopes Dialect = "envelopes"
)

func formDialects() []dialect {
	return []dialect{
		{
			name: NumericIDs, about: "ids and TSOs that consist of digits are JSON numbers",
			edit: func(_ *speech, doc *document) {
				editObjects(doc.root, func(o map[string]any) {
					for _, key := range []string{"clusterId", "accountId", "attachDomainId", "changefeedId", "tso"} {
						if text, ok := o[key].(string); ok && digitsOnly.MatchString(text) {
							o[key] = json.Number(text)
						}
					}
				})
			},
		},
		{
			name: NumbersAsText, about: "numbers are strings",
			edit: func(_ *speech, doc *document) {
				editObjects(doc.root, func(o map[string]any) {
					for key, v := range o {
						if n, ok := v.(json.Number); ok && !strings.HasSuffix(key, "Id") {
							o[key] = n.String()
						}
					}
				})
			},
		},
		{
			name: NullLists, about: "what is empty is null",
			edit: func(_ *speech, doc *document) {
				for _, c := range doc.connections() {
					if c["attachedDomains"] == nil {
						c["attachedDomains"] = nil
					}
				}
				editObjects(doc.root, func(o map[string]any) {
					for key, v := range o {
						if array, ok := v.([]any); ok && len(array) == 0 || v == "" {
							o[key] = nil
						}
					}
				})
			},
		},
		{
			name: NoDefaults, about: "what is empty, zero or false is left out",
			edit: func(_ *speech, doc *document) {
				editObjects(doc.root, func(o map[string]any) {
					maps.DeleteFunc(o, func(_ string, v any) bool {
						array, isArray := v.([]any)
						n, isNumber := v.(json.Number)
						return v == nil || v == "" || v == false || isArray && len(array) == 0 || isNumber && n == "0"
					})
				})
			},
		},
		{
			name: NoTotals, about: "lists have no totalSize, and no nextPageToken at their end",
			edit: func(_ *speech, doc *document) {
				delete(doc.root, "totalSize")
				if doc.root["nextPageToken"] == "" {
					delete(doc.root, "nextPageToken")
				}
			},
		},
		{
			name: SmallPages, about: "pages have one element, whatever is asked for",
			query: func(op operation, query url.Values) {
				if op == opListClusters || collections[op] != "" {
					query.Set("pageSize", "1")
				}
			},
		},
		{
			name: OtherStatuses, about: "creations are answered with 201, deletions and other changes with 202",
			status: map[operation]int{
				opCreateConnection: http.StatusCreated, opAttachDomains: http.StatusCreated,
				opDeleteConnection: http.StatusAccepted, opDetachDomains: http.StatusAccepted,
				opCreateChangefeed: http.StatusCreated, opEditChangefeed: http.StatusAccepted,
				opStartChangefeed: http.StatusAccepted,
				opStopChangefeed:  http.StatusAccepted, opDeleteChangefeed: http.StatusAccepted,
			},
		},
		{
			name: NoContent, about: "deletions, and what changes a changefeed, are answered with 204, without a body",
			status: map[operation]int{
				opDeleteConnection: http.StatusNoContent, opDetachDomains: http.StatusNoContent,
				opDeleteChangefeed: http.StatusNoContent, opEditChangefeed: http.StatusNoContent,
				opStartChangefeed: http.StatusNoContent, opStopChangefeed: http.StatusNoContent,
			},
			bodiless: map[operation]bool{
				opDeleteConnection: true, opDetachDomains: true,
				opDeleteChangefeed: true, opEditChangefeed: true, opStartChangefeed: true, opStopChangefeed: true,
			},
		},
		{
			name: SilentCreations, about: "creations are answered with 200, without a body",
			bodiless: map[operation]bool{opCreateConnection: true, opAttachDomains: true, opCreateChangefeed: true},
		},
		{
			name: SnakeCase, about: "fields are named in snake case: private_link_connection_id",
			edit: func(_ *speech, doc *document) {
				editObjects(doc.root, func(o map[string]any) {
					renamed := map[string]any{}
					for key, v := range o {
						snake := capital.ReplaceAllStringFunc(key,
							func(c string) string { return "_" + strings.ToLower(c) })
						renamed[snake] = v
					}
					clear(o)
					maps.Copy(o, renamed)
				})
			},
		},
		{
			name: Envelopes, about: `answers are in an envelope: {"privateLinkConnection": {…}}`,
			edit: func(_ *speech, doc *document) {
				inner := maps.Clone(doc.root)
				clear(doc.root)
				doc.root[orDefault(envelopes[doc.op], "data")] = inner
			},
		},
	}
}

var (
	digitsOnly = regexp.MustCompile(`^[1-9][0-9]*$`)
	capital    = regexp.MustCompile(`[A-Z]`)

	envelopes = map[operation]string{
		opGetCluster: "cluster", opGetConnection: "privateLinkConnection", opCreateConnection: "privateLinkConnection",
		opDeleteConnection: "privateLinkConnection", opAttachDomains: "attachDomain", opDetachDomains: "attachDomain",
		opGetChangefeed: "changefeed", opCreateChangefeed: "changefeed", opEditChangefeed: "changefeed",
		opStartChangefeed: "changefeed", opStopChangefeed: "changefeed", opDeleteChangefeed: "changefeed",
	}
)

// newChangefeedID creates the id of a changefeed.
func (s *speech) newChangefeedID() string {
	if s.speaks(NumericIDs) {
		return "18" + randomString("123456789", 17)
	}
	return "cf-" + randomString(lowerBase32, 24)
}

// newAttachDomainID creates the id of an attachment.
func (s *speech) newAttachDomainID() string {
	if s.speaks(NumericIDs) {
		return "19" + randomString("123456789", 17)
	}
	return "ad-" + randomString(lowerBase32, 20)
}
