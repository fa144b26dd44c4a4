package confluentcloud

import (
	"fmt"
	"os"
	"time"
)

// PollIntervalVariable is the environment variable that sets the interval of every wait, in the notation of Go
// durations such as 50ms. The real provider does not know it.
const PollIntervalVariable = "CONFLUENT_STANDIN_POLL_INTERVAL"

// acceptancePollInterval is the interval of the real provider with TF_ACC=1.
const acceptancePollInterval = time.Second

// Options are what the provider's configuration lacks.
type Options struct {
	// PollInterval is how long to wait before each look at a resource that is being created or deleted. Zero means the
	// intervals of the real provider, a minute for the most part.
	PollInterval time.Duration
	// RetryWait is how long to wait before the first repetition of a failed call. Zero means one second.
	RetryWait time.Duration
	// Getenv looks up the environment variables that stand in for missing configuration. Nil means os.Getenv.
	Getenv func(string) string
}

// OptionsFromEnv reads the interval from the environment, as the plugin does.
func OptionsFromEnv(getenv func(string) string) (Options, error) {
	opts := Options{Getenv: getenv}
	if value := getenv(PollIntervalVariable); value != "" {
		interval, err := time.ParseDuration(value)
		if err != nil || interval <= 0 {
			return opts, fmt.Errorf("%s=%q is not a duration such as 50ms", PollIntervalVariable, value)
		}
		// Retries use the same interval, or a sandbox that injects failures would be as slow as the real service.
		opts.PollInterval, opts.RetryWait = interval, interval
		return opts, nil
	}
	if getenv("TF_ACC") == "1" && getenv("TF_ACC_PROD") != "1" {
		opts.PollInterval = acceptancePollInterval
	}
	return opts, nil
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	return o
}
