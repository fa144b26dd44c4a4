package broker

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// insider is the principal of the sandbox itself.
const insider = "sandbox"

// listener is a broker's. Its connections have signed in before the broker sees anything of them but questions for
// versions.
type listener struct {
	cluster *Cluster
	tcp     net.Listener
	// advertised is the address that the broker advertises.
	advertised address
	accepted   chan net.Conn
	closed     chan struct{}
	close      sync.Once
}

// address is a name and a port.
type address string

// Network is the network.
func (address) Network() string { return "tcp" }

// String is the name and the port.
func (a address) String() string { return string(a) }

func newListener(c *Cluster, tcp net.Listener, advertised string) *listener {
	l := &listener{
		cluster: c, tcp: tcp, advertised: address(advertised), accepted: make(chan net.Conn),
		closed: make(chan struct{}),
	}
	go l.serve()
	return l
}

// serve takes connections from the network.
func (l *listener) serve() {
	config := &tls.Config{GetCertificate: l.certificate, MinVersion: tls.VersionTLS12}
	for {
		raw, err := l.tcp.Accept()
		if err != nil {
			return // it is closed
		}
		l.offer(newConn(l.cluster, tls.Server(raw, config), ""))
	}
}

// certificate returns the certificate for a client that asks for one of the cluster's names, and none for another name.
func (l *listener) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if !slices.Contains(l.cluster.Names(), strings.ToLower(hello.ServerName)) {
		return nil, nil
	}
	return &l.cluster.opts.Certificate, nil
}

// connect opens a connection from the inside.
func (l *listener) connect() (net.Conn, error) {
	ours, theirs := net.Pipe()
	if !l.offer(newConn(l.cluster, theirs, insider)) {
		return nil, errors.Join(net.ErrClosed, ours.Close())
	}
	return ours, nil
}

func (l *listener) offer(c net.Conn) bool {
	select {
	case l.accepted <- c:
		return true
	case <-l.closed:
		_ = c.Close() // the other end has gone
		return false
	}
}

// Accept returns the next connection.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accepted:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Addr is the advertised address, which Kafka's clients get.
func (l *listener) Addr() net.Addr { return l.advertised }

// Close frees the port.
func (l *listener) Close() error {
	var err error
	l.close.Do(func() {
		close(l.closed)
		err = l.tcp.Close()
	})
	return err
}

// conn is a client's connection. The broker reads from it only requests of a client that has signed in.
type conn struct {
	net.Conn
	cluster *Cluster
	reader  *bufio.Reader
	pending []byte

	mu                     sync.Mutex
	principal, key, secret string
}

func newConn(c *Cluster, raw net.Conn, principal string) *conn {
	return &conn{Conn: raw, cluster: c, reader: bufio.NewReader(raw), principal: principal}
}

// RemoteAddr has the principal in place of the host: that is where permissions come from.
func (c *conn) RemoteAddr() net.Addr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.principal == "" {
		return address("anonymous:0")
	}
	return address(hostOf(c.principal) + ":0")
}

// hostOf is a principal as an ACL's host.
func hostOf(principal string) string { return strings.ReplaceAll(principal, ":", "=") }

// Read reads the next request.
func (c *conn) Read(p []byte) (int, error) {
	for len(c.pending) == 0 {
		frame, err := c.next()
		if err != nil {
			return 0, err
		}
		c.pending = frame
	}
	n := copy(p, c.pending)
	c.pending = c.pending[n:]
	return n, nil
}

// maxFrame is the size of the largest request.
const maxFrame = 16 << 20

// next reads one request. It returns nothing if it answered it.
func (c *conn) next() ([]byte, error) {
	size := make([]byte, 4)
	if _, err := io.ReadFull(c.reader, size); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(size)
	if length < 8 || length > maxFrame {
		return nil, fmt.Errorf("a request has %d bytes", length)
	}
	frame := append(size, make([]byte, length)...)
	if _, err := io.ReadFull(c.reader, frame[4:]); err != nil {
		return nil, err
	}
	header := kbin.Reader{Src: frame[4:]}
	key, version, correlation := header.Int16(), header.Int16(), header.Int32()
	request := kmsg.RequestForKey(key)
	if request == nil || version < 0 || version > request.MaxVersion() {
		return nil, fmt.Errorf("there is no request %d of the version %d", key, version)
	}
	return c.admit(frame, request, version, correlation, &header)
}

// admit returns a request that its sender may send, and answers requests that sign in.
func (c *conn) admit(
	frame []byte, r kmsg.Request, version int16, correlation int32, rest *kbin.Reader,
) ([]byte, error) {
	if c.principal == insider {
		return frame, nil
	}
	switch kmsg.Key(r.Key()) {
	case kmsg.ApiVersions:
		return frame, nil
	case kmsg.SASLHandshake, kmsg.SASLAuthenticate:
		rest.NullableString() // the client's name
		r.SetVersion(version)
		if r.IsFlexible() {
			kmsg.SkipTags(rest)
		}
		if !rest.Ok() {
			return nil, errors.New("the header of a request is too short")
		}
		if err := r.ReadFrom(rest.Src); err != nil {
			return nil, fmt.Errorf("cannot read a request: %w", err)
		}
		return nil, c.signIn(r, correlation)
	}
	if c.principal == "" {
		return nil, errors.New("a request came before its sender signed in")
	}
	if principal, ok := c.cluster.opts.Authenticate(c.key, c.secret); !ok || principal != c.principal {
		return nil, errors.New("the key is revoked")
	}
	return frame, c.cluster.sync()
}

// mechanism is the only way to sign in.
const mechanism = "PLAIN"

// signIn answers a request that signs in. After a refusal the connection is useless.
func (c *conn) signIn(r kmsg.Request, correlation int32) error {
	switch r := r.(type) {
	case *kmsg.SASLHandshakeRequest:
		response := kmsg.NewPtrSASLHandshakeResponse()
		response.SupportedMechanisms = []string{mechanism}
		if r.Mechanism != mechanism {
			response.ErrorCode = kerr.UnsupportedSaslMechanism.Code
		}
		return c.answer(r, response, correlation)
	case *kmsg.SASLAuthenticateRequest:
		response := kmsg.NewPtrSASLAuthenticateResponse()
		fields := strings.Split(string(r.SASLAuthBytes), "\x00")
		if len(fields) == 3 {
			if principal, ok := c.cluster.opts.Authenticate(fields[1], fields[2]); ok {
				c.mu.Lock()
				c.principal, c.key, c.secret = principal, fields[1], fields[2]
				c.mu.Unlock()
				return c.answer(r, response, correlation)
			}
		}
		message := "Authentication failed"
		response.ErrorCode, response.ErrorMessage = kerr.SaslAuthenticationFailed.Code, &message
		return errors.Join(c.answer(r, response, correlation), errors.New("authentication failed"))
	}
	return nil
}

func (c *conn) answer(request kmsg.Request, response kmsg.Response, correlation int32) error {
	response.SetVersion(request.GetVersion())
	frame := make([]byte, 4, 64)
	frame = kbin.AppendInt32(frame, correlation)
	if request.IsFlexible() {
		frame = append(frame, 0) // no tags
	}
	frame = response.AppendTo(frame)
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4)) //nolint:gosec // it is short
	_, err := c.Write(frame)
	return err
}
