package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// rowsOfTopic prints the messages of a topic as they come.
func rowsOfTopic(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("rows", flag.ContinueOnError)
	topic := flags.String("topic", "", "the `topic`; all topics by default")
	cluster := flags.String("cluster", "", "`id` of the Kafka cluster; needed if there are several")
	count := flags.Int("count", 0, "stop after this `number` of messages; 0 means with Ctrl-C")
	wait := flags.Duration("wait", 0, "with --count: how `long` to wait for them; 0 means for ever")
	values := flags.Bool("values", false, "print the values of the messages alone")
	server := serverFlag(flags)
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	query := url.Values{"follow": {"true"}, "topic": {*topic}, "cluster": {*cluster}}
	response, err := server.do(ctx, http.MethodGet, sandbox.RowsPath+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	for _, note := range response.Header.Values(sandbox.NoteHeader) {
		fmt.Fprintln(stderr, "note:", note)
	}
	if *wait > 0 {
		defer time.AfterFunc(*wait, func() { cancel(context.DeadlineExceeded) }).Stop()
	}
	decoder, seen := json.NewDecoder(response.Body), 0
	for *count == 0 || seen < *count {
		var m sandbox.Message
		switch err := decoder.Decode(&m); {
		case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
			return fmt.Errorf("%d messages came in %s", seen, *wait)
		case ctx.Err() != nil:
			return nil // Ctrl-C is how it ends
		case err != nil:
			return fmt.Errorf("the messages ended: %w", err)
		}
		seen++
		prefix := fmt.Sprintf("%s/%d@%d\t", m.Topic, m.Partition, m.Offset)
		if *values {
			prefix = ""
		}
		fmt.Fprintf(stdout, "%s%s\n", prefix, m.Value)
	}
	return nil
}

// insert changes rows of a TiDB cluster.
func insert(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("insert", flag.ContinueOnError)
	var g sandbox.GeneratedRows
	flags.StringVar(&g.ClusterID, "cluster", os.Getenv("SANDBOX_TIDB_CLUSTER_ID"),
		"`id` of the TiDB cluster (default $SANDBOX_TIDB_CLUSTER_ID, or the first one)")
	flags.StringVar(&g.Table, "table", "shop.orders", "the `table`, with its database")
	flags.IntVar(&g.Insert, "rows", 1, "how `many` rows to insert")
	flags.IntVar(&g.Update, "update", 0, "how `many` rows to update, the newest first")
	flags.IntVar(&g.Delete, "delete", 0, "how `many` rows to delete, the oldest first")
	server := serverFlag(flags)
	if err := parse(flags, args, stderr); err != nil {
		return err
	}
	body, err := json.Marshal(g)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	response, err := server.do(ctx, http.MethodPost, sandbox.ChangePath, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	var result sandbox.GenerateResult
	if err := json.NewDecoder(response.Body).Decode(&result); err != nil {
		return fmt.Errorf("the server answered something else than a sandbox: %w", err)
	}
	for _, c := range result.Changes {
		fmt.Fprintln(stdout, describe(c))
	}
	for _, note := range result.Notes {
		fmt.Fprintln(stderr, "note:", note)
	}
	return nil
}

func describe(c sandbox.RowChange) string {
	text := func(r sandbox.Row) string {
		encoded, err := json.Marshal(r)
		if err != nil {
			return err.Error() // all types are ours
		}
		return string(encoded)
	}
	switch {
	case c.Before == nil:
		return "inserted into " + c.Table + ": " + text(c.After)
	case c.After == nil:
		return "deleted from " + c.Table + ": " + text(c.Before)
	}
	return "updated in " + c.Table + ": " + text(c.After)
}
