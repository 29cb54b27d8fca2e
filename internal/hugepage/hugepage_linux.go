package hugepage

import (
	"syscall"
	"unsafe"
)

// advise asks for huge pages inside the memory. A refusal changes nothing but
// the speed.
func advise(start unsafe.Pointer, size int) {
	const hugePage = 14 // MADV_HUGEPAGE
	skip := int(-uintptr(start) % pageSize)
	whole := (size - skip) / pageSize * pageSize
	if whole <= 0 {
		return
	}
	memory := unsafe.Slice((*byte)(unsafe.Add(start, skip)), whole)
	_ = syscall.Madvise(memory, hugePage)
}
