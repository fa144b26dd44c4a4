module github.com/tidbconfluent/pulumi-tidbconfluent/tools/pulumi/zxcvbn-esc

go 1.25.11

require github.com/nbutton23/zxcvbn-go v0.0.0-20180912185939-ae427f1e4c1d

replace github.com/nbutton23/zxcvbn-go => ../zxcvbn
