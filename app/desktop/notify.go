package desktop

// Notice is what a notification says.
type Notice struct {
	Title, Text string
	// Category is the kind of thing that it tells, as a desktop's rules may name it: "x-vendor.kind".
	Category string
	// Passing: it is of no interest any more once it was seen, and takes the place of the one before of its category.
	Passing bool
}
