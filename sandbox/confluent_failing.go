package sandbox

// insufficientCapacity is what Confluent Cloud's description has as the reason of a network that failed.
const insufficientCapacity = "insufficient_capacity"

// take decrements a number of failures to come, and reports whether there was one.
func take(left *int) bool {
	if *left > 0 {
		*left--
		return true
	}
	return *left < 0
}
