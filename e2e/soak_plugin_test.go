package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	comProvider "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// soakPluginEnv turns the test binary into the plugin, with a window into its memory.
const soakPluginEnv = "TIDBCONFLUENT_TEST_SOAK_PLUGIN"

// soakLevels are the resources of an idle plugin.
type soakLevels struct {
	Goroutines int    // but for those of connections
	Engine     int    // goroutines of connections to an engine
	Heap       uint64 // bytes, after a collection
}

// serveSoakPlugin runs the provider as the plugin's own main function does. The engine starts a plugin for each
// command; only one that outlives many commands shows what is never released.
func serveSoakPlugin() error {
	// Standard input ends with the test, also with one that is killed.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	window, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/levels", func(w http.ResponseWriter, _ *http.Request) {
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		own, engine := goroutines()
		_ = json.NewEncoder(w).Encode(soakLevels{own, engine, memory.HeapAlloc})
	})
	mux.HandleFunc("/goroutines", func(w http.ResponseWriter, _ *http.Request) {
		_ = pprof.Lookup("goroutine").WriteTo(w, 1)
	})
	go func() { _ = (&http.Server{Handler: mux, ReadHeaderTimeout: time.Second}).Serve(window) }()
	fmt.Println(window.Addr())
	return comProvider.MainContext(context.Background(), provider.Name, newLastingServer)
}

// goroutines counts the goroutines, apart from those of connections. Pulumi's SDK opens a connection to the engine for
// each component and each command, and a server for the hooks of each component, and closes none of them: in the life
// of a real plugin that is one for each component. Idle ones to TiDB Cloud end by themselves, later than this test may
// wait.
func goroutines() (own, engine int) {
	all := make([]byte, 16<<20)
	all = all[:runtime.Stack(all, true)]
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		switch {
		case strings.Contains(stack, "grpcsync.(*CallbackSerializer).run"),
			strings.Contains(stack, "rpcutil.serveWithOptions"):
			engine++
		case !strings.Contains(stack, "http.(*persistConn)"):
			own++
		}
	}
	return own, engine
}

// lastingServer outlives the command that it was started for. The engine ends each command by telling its plugins to
// cancel, after which a provider does nothing more; the next command gets a new provider in the same process.
type lastingServer struct {
	rpc.ResourceProviderServer

	host *comProvider.HostClient
}

// soakPace is faster than the real service allows: after a creation whose answer is lost, for one, the provider looks
// for a minute before it asks again.
var soakPace = tidbcloud.Timing{
	Backoff:    tidbapi.Backoff{Initial: 20 * time.Millisecond, Max: 200 * time.Millisecond},
	Settle:     500 * time.Millisecond,
	FirstPause: 50 * time.Millisecond, LongestPause: 200 * time.Millisecond, Patience: 500 * time.Millisecond,
}

func paced[Q, R any](ctx context.Context, req Q, call func(context.Context, Q) (R, error)) (R, error) {
	return call(tidbcloud.WithTiming(ctx, soakPace), req)
}

// The calls that reach TiDB Cloud.

func (s *lastingServer) Configure(ctx context.Context, req *rpc.ConfigureRequest) (*rpc.ConfigureResponse, error) {
	return paced(ctx, req, s.ResourceProviderServer.Configure)
}

func (s *lastingServer) Invoke(ctx context.Context, req *rpc.InvokeRequest) (*rpc.InvokeResponse, error) {
	return paced(ctx, req, s.ResourceProviderServer.Invoke)
}

func (s *lastingServer) Create(ctx context.Context, req *rpc.CreateRequest) (*rpc.CreateResponse, error) {
	return paced(ctx, req, s.ResourceProviderServer.Create)
}

func (s *lastingServer) Read(ctx context.Context, req *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	return paced(ctx, req, s.ResourceProviderServer.Read)
}

func (s *lastingServer) Update(ctx context.Context, req *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	return paced(ctx, req, s.ResourceProviderServer.Update)
}

func (s *lastingServer) Delete(ctx context.Context, req *rpc.DeleteRequest) (*emptypb.Empty, error) {
	return paced(ctx, req, s.ResourceProviderServer.Delete)
}

func newLastingServer(host *comProvider.HostClient) (rpc.ResourceProviderServer, error) {
	server, err := provider.NewServer(host)
	return &lastingServer{server, host}, err
}

// Cancel ends the provider, and puts a new one in its place.
func (s *lastingServer) Cancel(ctx context.Context, req *emptypb.Empty) (*emptypb.Empty, error) {
	resp, err := s.ResourceProviderServer.Cancel(ctx, req)
	if err != nil {
		return nil, err
	}
	s.ResourceProviderServer, err = provider.NewServer(s.host)
	return resp, err
}

// soakPlugin is a plugin that all commands of a stack share.
type soakPlugin struct {
	t      *testing.T
	window string
}

// startSoakPlugin starts the plugin, and makes the commands of a stack use it.
func startSoakPlugin(s *stack) *soakPlugin {
	s.t.Helper()
	self, err := os.Executable()
	require.NoError(s.t, err)
	cmd := exec.Command(self)
	cmd.Env = []string{soakPluginEnv + "=yes"}
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	_, err = cmd.StdinPipe()
	require.NoError(s.t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(s.t, err)
	require.NoError(s.t, cmd.Start())
	s.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewReader(out)
	window, err := lines.ReadString('\n')
	require.NoError(s.t, err)
	port, err := lines.ReadString('\n')
	require.NoError(s.t, err)
	s.env["PULUMI_DEBUG_PROVIDERS"] = provider.Name + ":" + strings.TrimSpace(port)
	return &soakPlugin{s.t, "http://" + strings.TrimSpace(window)}
}

func (p *soakPlugin) get(path string) []byte {
	p.t.Helper()
	resp, err := http.Get(p.window + path)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return body
}

func (p *soakPlugin) levels() soakLevels {
	p.t.Helper()
	var levels soakLevels
	require.NoError(p.t, json.Unmarshal(p.get("/levels"), &levels))
	return levels
}

// How much more than at its first rest a plugin may hold later: what caches and pools keep, never something for each
// command or each link, but for what a connection to the engine takes.
const (
	soakMoreGoroutines = 10
	soakMoreHeap       = 4 << 20
	soakHeapOfEngine   = 20 << 10 // for each goroutine of a connection
)

// within reports whether the plugin holds no more than at first.
func (now soakLevels) within(first soakLevels) bool {
	heap := first.Heap + soakMoreHeap + uint64(max(0, now.Engine-first.Engine))*soakHeapOfEngine
	return now.Goroutines <= first.Goroutines+soakMoreGoroutines && now.Heap <= heap
}

// level checks that the plugin holds no more than at first. Remains of a command that has just ended take a moment to
// go.
func (p *soakPlugin) level(first soakLevels) error {
	var now soakLevels
	for range 50 {
		if now = p.levels(); now.within(first) {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the plugin held %+v at first, and now %+v:\n%s", first, now, p.get("/goroutines"))
}
