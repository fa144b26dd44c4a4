package monitor

import (
	"context"

	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// maxMessage is the size of the largest message that Pulumi accepts.
const maxMessage = 1024 * 1024 * 400

// frame is a message that the proxy passes on as it is.
type frame struct{ content []byte }

// frames is the codec of such messages.
type frames struct{}

// Name is what gRPC calls the codec of protocol buffers, which the frames hold.
func (frames) Name() string { return "proto" }

// Marshal returns the content of a frame.
func (frames) Marshal(v any) ([]byte, error) {
	f, ok := v.(*frame)
	if !ok {
		return nil, status.Errorf(codes.Internal, "%T is not a frame", v)
	}
	return f.content, nil
}

// Unmarshal fills a frame.
func (frames) Unmarshal(content []byte, v any) error {
	f, ok := v.(*frame)
	if !ok {
		return status.Errorf(codes.Internal, "%T is not a frame", v)
	}
	f.content = content
	return nil
}

// serve passes a call on to the engine. The resource monitor has no call that streams.
func (m *monitor) serve(_ any, stream grpc.ServerStream) error {
	method, ok := grpc.MethodFromServerStream(stream)
	if !ok {
		return status.Error(codes.Internal, "a call without a method")
	}
	var request frame
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	ctx := stream.Context()
	if incoming, ok := metadata.FromIncomingContext(ctx); ok {
		ctx = metadata.NewOutgoingContext(ctx, incoming)
	}
	response, err := m.answer(ctx, method, &request)
	if err != nil {
		return err
	}
	return stream.SendMsg(response)
}

func (m *monitor) answer(ctx context.Context, method string, request *frame) (*frame, error) {
	switch method {
	case rpc.ResourceMonitor_RegisterResource_FullMethodName:
		return answer(ctx, request, &rpc.RegisterResourceRequest{}, m.register)
	case rpc.ResourceMonitor_RegisterResourceOutputs_FullMethodName:
		return answer(ctx, request, &rpc.RegisterResourceOutputsRequest{}, m.complete)
	case rpc.ResourceMonitor_Invoke_FullMethodName:
		return answer(ctx, request, &rpc.ResourceInvokeRequest{}, m.invoke)
	}
	var response frame
	err := m.engine.Invoke(ctx, method, request, &response, grpc.ForceCodec(frames{}))
	return &response, err
}

// answer answers a call that the proxy reads.
func answer[Q, R proto.Message](
	ctx context.Context, request *frame, read Q, call func(context.Context, Q) (R, error),
) (*frame, error) {
	if err := proto.Unmarshal(request.content, read); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	response, err := call(ctx, read)
	if err != nil {
		return nil, err
	}
	content, err := proto.Marshal(response)
	return &frame{content}, err
}
