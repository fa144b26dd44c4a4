package vpcaccess_test

import (
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

const (
	accessType   = mockcloud.AccessType
	groupType    = mockcloud.GroupType
	endpointType = mockcloud.EndpointType
	zoneType     = mockcloud.ZoneType
	endpointName = mockcloud.EndpointName
	domain       = mockcloud.Domain
	service      = mockcloud.Service
	accessURN    = mockcloud.AccessURN
	ownAccount   = mockcloud.OwnAccount
)

type object = mockcloud.Object

// world is what the mocked services answer.
type world struct{ *mockcloud.World }

func newWorld() *world { return &world{mockcloud.New()} }
