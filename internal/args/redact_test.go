package args_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

type secretArgs struct {
	Text     pulumi.StringPtrInput   `pulumi:"text,optional"`
	Other    pulumi.StringPtrInput   `pulumi:"other,optional"`
	Password pulumi.StringPtrInput   `pulumi:"password,optional" provider:"secret"`
	Number   pulumi.IntPtrInput      `pulumi:"number,optional"`
	List     pulumi.StringArrayInput `pulumi:"list,optional"`
	Map      pulumi.StringMapInput   `pulumi:"map,optional"`
}

// TestRedact: secret inputs of every kind stay out of messages; others are shown.
func TestRedact(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		given := secretArgs{
			Text:     as[pulumi.StringOutput](t, pulumi.ToSecret(pulumi.String("canary"))),
			Other:    as[pulumi.StringOutput](t, pulumi.ToSecret(pulumi.String("canary\"wing"))),
			Password: pulumi.String("given-in-clear"),
			Number:   as[pulumi.IntOutput](t, pulumi.ToSecret(pulumi.Int(7))),
			List: pulumi.StringArray{pulumi.String("plain"), as[pulumi.StringOutput](t,
				pulumi.ToSecret(pulumi.String("element")))},
			Map: as[pulumi.StringMapOutput](t, pulumi.ToSecret(pulumi.StringMap{"key": pulumi.String("value")})),
		}
		set, err := args.Read(ctx, &given)
		require.NoError(t, err)
		for message, want := range map[string]string{
			"text: canary is wrong":              "text: [secret] is wrong",
			`other: canary"wing, "canary\"wing"`: `other: [secret], "[secret]"`,
			"password: given-in-clear":           "password: [secret]",
			"number: 7 is too low, not 77":       "number: [secret] is too low, not 77",
			"list: plain, element":               "list: [secret], [secret]",
			"map: key=value":                     "map: [secret]=[secret]",
			"in 7 minutes":                       "in 7 minutes",
		} {
			assert.EqualError(t, set.Redact(errors.New(message)), want)
		}
		cause := errors.New("as it is")
		assert.Same(t, cause, set.Redact(cause))
		assert.NoError(t, set.Redact(nil))
		return nil
	})
}

// TestSecretInputsAreSealed: an input that is always secret is registered as a secret, also when a program sets it in
// clear.
func TestSecretInputsAreSealed(t *testing.T) {
	t.Parallel()
	run(t, func(ctx *pulumi.Context) error {
		given := secretArgs{Password: pulumi.String("given-in-clear"), Text: pulumi.String("plain")}
		set, err := args.Read(ctx, &given)
		require.NoError(t, err)
		for name, secret := range map[string]bool{"password": true, "text": false} {
			assert.Equal(t, secret, pulumi.IsSecret(pulumi.ToOutput(set.Inputs()[name])), name)
			assert.Equal(t, secret, pulumi.IsSecret(set.Text(name).Output()), name)
		}
		return nil
	})
}
