package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// GenerateResult is what [Server.Generate] did.
type GenerateResult struct {
	Changes []RowChange `json:"changes"`
	// Notes explain why the changes do not reach Kafka, one sentence each.
	Notes []string `json:"notes"`
}

// NoteHeader lists in the answer to a GET of [RowsPath] which changefeeds write no messages, and why.
const NoteHeader = "Sandbox-Note"

// serveChange generates changes of rows.
func (s *Server) serveChange(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "this control endpoint is for POST", http.StatusMethodNotAllowed)
		return
	}
	// A web page that is open on this machine cannot send this type of content.
	if r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "the content must be application/json", http.StatusUnsupportedMediaType)
		return
	}
	var g GeneratedRows
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, DefaultMaxBodyBytes)).Decode(&g); err != nil {
		http.Error(w, "the body is not what is expected: "+err.Error(), http.StatusBadRequest)
		return
	}
	g.ClusterID = orDefault(g.ClusterID, seed.EssentialUSEast1)
	changes, err := s.Generate(g)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	jsonResponse(http.StatusOK, GenerateResult{changes, s.Notes(g.ClusterID, g.Table)}).write(w)
}

// serveRows writes the messages of a topic: those that it has or, with follow, all that come.
func (s *Server) serveRows(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	cluster, err := s.kafkaCluster(query.Get("cluster"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	s.world.look(func(time.Time) {
		for _, c := range s.world.state.changefeeds(func(*Changefeed) bool { return true }) {
			for _, note := range c.protocolNotes() {
				w.Header().Add(NoteHeader, note)
			}
		}
	})
	encoder, controller := json.NewEncoder(w), http.NewResponseController(w)
	write := func(m Message) bool { return errors.Join(encoder.Encode(m), controller.Flush()) == nil }
	if query.Get("follow") == "" {
		messages, err := s.Messages(r.Context(), cluster, query.Get("topic"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, m := range messages {
			write(m)
		}
		return
	}
	if err := controller.Flush(); err != nil { // the client learns that it is connected
		return
	}
	_ = s.Follow(r.Context(), cluster, query.Get("topic"), write) // it ends when the client or the cluster goes
}

// kafkaCluster is a Dedicated Kafka cluster: the one named, or the only one.
func (s *Server) kafkaCluster(id string) (string, error) {
	var serving []string
	s.world.look(func(time.Time) {
		for _, c := range s.world.state.kafkaClusters((*KafkaCluster).serving) {
			serving = append(serving, c.ID)
		}
	})
	switch {
	case id != "":
		_, err := s.kafka.cluster(id)
		return id, err
	case len(serving) == 1:
		return serving[0], nil
	case len(serving) == 0:
		return "", errors.New("there is no Dedicated Kafka cluster yet")
	}
	return "", fmt.Errorf("which Kafka cluster? There are %s", strings.Join(serving, ", "))
}
