// Package hugepage makes large slices of numbers, or of structs of them, whose memory comes in
// huge pages where the system has them: filling 100 MB of 4 KiB pages costs
// 25,000 page faults, and every random access a miss of the address cache.
package hugepage

import "unsafe"

// Make returns a slice of n zeros. It is ordinary memory of the Go heap; large
// slices are only advised to be backed by huge pages before they are touched.
func Make[T any](n int) []T {
	s := make([]T, n)
	if size := n * int(unsafe.Sizeof(*new(T))); size >= 2*pageSize {
		advise(unsafe.Pointer(unsafe.SliceData(s)), size)
	}
	return s
}

const pageSize = 2 << 20
