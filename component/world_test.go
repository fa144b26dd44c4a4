package component_test

import (
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

const (
	networkType    = mockcloud.NetworkType
	accessType     = mockcloud.AccessType
	kafkaType      = mockcloud.KafkaType
	connectionType = mockcloud.ConnectionType
	domainsType    = mockcloud.DomainsType
	service        = mockcloud.Service
	domain         = mockcloud.Domain
	linkURN        = mockcloud.LinkURN
	tidbAccount    = mockcloud.TiDBAccount
	ownAccount     = mockcloud.OwnAccount
	severalOf      = mockcloud.SeveralOf
	getNetwork     = mockcloud.GetNetwork
	getKafka       = mockcloud.GetKafka
	getKafkas      = mockcloud.GetKafkas
	getAccess      = mockcloud.GetAccess
)

type object = mockcloud.Object

// world is what the mocked services answer.
type world struct{ *mockcloud.World }

func newWorld() *world { return &world{mockcloud.New()} }
