//go:build linux || windows

package desktop

// mostCompared is the length in bytes up to which a text is read to find out whose it is. Longer ones are nobody's.
const mostCompared = 64 << 10
