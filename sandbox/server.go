package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a running sandbox. Its methods may be called from any goroutine.
type Server struct {
	opts        Options
	world       *world
	calls       callLog
	faults      faults
	keys        keyring
	certificate *certificate
	kafka       *kafkaClusters
	feeds       *feeds

	listeners   []net.Listener
	servers     []*http.Server
	serving     sync.WaitGroup
	connections atomic.Int64

	confluentURL, confluentTLSURL string
	tidbCloudURL, tidbCloudTLSURL string
}

// Start starts both services.
func Start(opts Options) (*Server, error) {
	opts = opts.withDefaults()
	if opts.Profile != "" && opts.Profile != Fast && opts.Profile != Proportional {
		return nil, fmt.Errorf("unknown profile %q: use %q or %q", opts.Profile, Fast, Proportional)
	}
	if err := opts.ConfluentForms.check(); err != nil {
		return nil, err
	}
	if opts.Scale < 0 {
		return nil, fmt.Errorf("scale is %v: it must be positive", opts.Scale)
	}
	speech, err := newSpeech(opts.Dialects, opts.times().Lag)
	if err != nil {
		return nil, err
	}
	cert, err := newCertificate()
	if err != nil {
		return nil, err
	}
	s := &Server{opts: opts, world: newWorld(opts, speech), certificate: cert}
	s.keys.add(opts.Credentials)
	s.kafka = &kafkaClusters{world: s.world, certificate: cert}
	s.feeds = newFeeds(s)
	confluent := s.controlled(newConfluent(s))
	tidbCloud, err := newTiDBCloud(s)
	if err != nil {
		return nil, err
	}
	for _, l := range []struct {
		address string
		handler http.Handler
		tls     bool
		url     *string
	}{
		{opts.ConfluentAddress, confluent, false, &s.confluentURL},
		{opts.ConfluentTLSAddress, confluent, true, &s.confluentTLSURL},
		{opts.TiDBCloudAddress, s.controlled(tidbCloud), false, &s.tidbCloudURL},
		{opts.TiDBCloudTLSAddress, s.controlled(tidbCloud), true, &s.tidbCloudTLSURL},
	} {
		if *l.url, err = s.listen(l.address, l.handler, l.tls); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	s.feeds.wake()
	return s, nil
}

// listen serves a handler on an address and returns its URL.
func (s *Server) listen(address string, handler http.Handler, withTLS bool) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return "", fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second,
		ConnState: s.count,
		// A client that does not trust the CA would fill the terminal.
		ErrorLog: discardLog,
	}
	url := "http://" + listener.Addr().String()
	if withTLS {
		url = "https://" + listener.Addr().String()
		server.TLSConfig = &tls.Config{
			Certificates: []tls.Certificate{s.certificate.server}, MinVersion: tls.VersionTLS12,
		}
	}
	s.listeners = append(s.listeners, listener)
	s.servers = append(s.servers, server)
	s.serving.Go(func() {
		// Both return when the server is closed, and only then.
		if withTLS {
			_ = server.ServeTLS(listener, "", "")
		} else {
			_ = server.Serve(listener)
		}
	})
	return url, nil
}

// count keeps the number of connections.
func (s *Server) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.connections.Add(1)
	case http.StateClosed:
		s.connections.Add(-1)
	}
}

// Connections is how many clients are connected. When those that were there
// have gone, it is zero only after everything they asked for is done.
func (s *Server) Connections() int { return int(s.connections.Load()) }

// Close stops both services at once and frees their ports.
func (s *Server) Close() error {
	var errs []error
	for i, server := range s.servers {
		errs = append(errs, server.Close())
		// A server that had no time to begin does not know its listener yet.
		if err := s.listeners[i].Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	s.serving.Wait()
	s.feeds.close()
	return errors.Join(append(errs, s.kafka.close())...)
}

// ConfluentURL is where Confluent Cloud's API is, without TLS.
func (s *Server) ConfluentURL() string { return s.confluentURL }

// ConfluentTLSURL is where Confluent Cloud's API is, with TLS.
func (s *Server) ConfluentTLSURL() string { return s.confluentTLSURL }

// TiDBCloudURL is where TiDB Cloud's API is, without TLS.
func (s *Server) TiDBCloudURL() string { return s.tidbCloudURL }

// TiDBCloudTLSURL is where TiDB Cloud's API is, with TLS.
func (s *Server) TiDBCloudTLSURL() string { return s.tidbCloudTLSURL }

// CACertificate is the certificate, as PEM, that clients of the TLS addresses
// must trust.
func (s *Server) CACertificate() []byte { return slices.Clone(s.certificate.ca) }

// Credentials are the keys both services accept.
func (s *Server) Credentials() Credentials { return s.opts.Credentials }

// Seed names what a server holds from the beginning.
func (s *Server) Seed() Seed { return seed }

// Update changes the state without any client. The changes show in the event log. f must neither keep the state nor
// call the server.
func (s *Server) Update(f func(*State)) {
	s.world.do(func(now time.Time) {
		f(s.world.state)
		s.world.state.complete(now)
	})
	s.feeds.wake()
}
