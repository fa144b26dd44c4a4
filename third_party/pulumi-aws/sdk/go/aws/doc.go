// The parts of Pulumi's aws package that private access to a service from a VPC is made of: VPCs and subnets, security groups, VPC endpoints and hosted zones. Tokens, names and types are those of version 6.83.0. Left out is everything else; each resource says which of its own properties that concerns.
package aws
