package google

// What only Windows brings about.
var (
	Readable = readable
	NotHere  = notHere
)
