module github.com/siyu-go/siyu/store/clickhouse

go 1.26

require (
	github.com/siyu-go/siyu v0.0.0
	pgregory.net/rapid v1.3.0
)

require (
	github.com/RoaringBitmap/roaring/v2 v2.30.0 // indirect
	github.com/bits-and-blooms/bitset v1.24.4 // indirect
	github.com/mschoch/smat v0.2.0 // indirect
	golang.org/x/sys v0.30.0 // indirect
)

replace github.com/siyu-go/siyu => ../..
