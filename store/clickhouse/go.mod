module github.com/siyu-go/siyu/store/clickhouse

go 1.26

require (
	github.com/siyu-go/siyu v0.0.0
	pgregory.net/rapid v1.3.0
)

replace github.com/siyu-go/siyu => ../..
